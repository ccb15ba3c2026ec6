/* Tooltips and links of the charts on the start page, by pointer and keys; the server draws the charts. */

import { targetOf } from "../../portal/dom.js";

/**
 * Return the index of the day that a key leads to, or null for other keys.
 *
 * @param {string} key
 * @param {number} index The day at hand, -1 for none.
 * @param {number} count How many days there are.
 */
export function indexAfterKey(key, index, count) {
  const last = count - 1;
  const start = index < 0 ? last + 1 : index;
  if (key === "ArrowLeft") return Math.max(0, start - 1);
  if (key === "ArrowRight") return index < 0 ? 0 : Math.min(last, index + 1);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}

/**
 * Return the left edge of a tooltip that is centred on `middle` and stays inside of `width`.
 *
 * @param {number} middle
 * @param {number} tipWidth
 * @param {number} width
 */
export function tooltipLeft(middle, tipWidth, width) {
  return Math.max(0, Math.min(middle - tipWidth / 2, width - tipWidth));
}

/** @param {Element} figure */
function bind(figure) {
  const svg = figure.querySelector("svg");
  /** @type {HTMLElement | null} */
  const tip = figure.querySelector(".dash-tip");
  const canvas = tip?.parentElement;
  if (!svg || !tip || !canvas) return;
  /** @type {SVGElement[]} */
  const days = Array.from(svg.querySelectorAll(".dash-day"));
  let here = -1;
  // The browser would show its own tooltip beside this one.
  for (const title of svg.querySelectorAll("title")) title.remove();

  /** @param {number} index -1 hides the tooltip. */
  const show = (index) => {
    days[here]?.classList.remove("is-here");
    here = index;
    const day = days[index];
    tip.hidden = !day;
    if (!day) return;
    day.classList.add("is-here");
    const head = document.createElement("b");
    head.textContent = day.dataset.day ?? "";
    tip.replaceChildren(head, day.dataset.text ?? "");
    const { width } = canvas.getBoundingClientRect();
    const middle = ((index + 0.5) * width) / days.length;
    tip.style.left = `${tooltipLeft(middle, tip.offsetWidth, width)}px`;
  };

  /**
   * Open the list of a day; of a bar of two colours that of the first.
   *
   * @param {SVGElement | undefined} day
   */
  function openDay(day) {
    /** @type {SVGElement | null | undefined} */
    const bar = day?.querySelector("[data-url]");
    const address = day?.dataset.url ?? bar?.dataset.url;
    if (address) window.location.assign(address);
  }

  svg.addEventListener("pointermove", (event) => {
    const index = days.indexOf(targetOf(event).closest(".dash-day"));
    if (index !== here) show(index);
  });
  svg.addEventListener("pointerleave", () => show(-1));
  svg.addEventListener("blur", () => show(-1));
  svg.addEventListener("click", (event) => {
    const address = targetOf(event).closest("[data-url]")?.dataset.url;
    // A finger cannot hover: its touch shows the tooltip; the links are in the table.
    if (address && event.pointerType !== "touch") window.location.assign(address);
  });
  svg.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show(-1);
    else if (event.key === "Enter") openDay(days[here]);
    const index = indexAfterKey(event.key, here, days.length);
    if (index === null) return;
    event.preventDefault();
    show(index);
  });
}

if (typeof document !== "undefined") {
  for (const figure of document.querySelectorAll("[data-chart]")) bind(figure);
}
