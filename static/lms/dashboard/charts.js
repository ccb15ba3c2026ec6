/* Tips and lists of the charts on the start page, by pointer and keys; the server draws the charts. */

/** Return the place that a key leads to from `place` among `count` days, or null for other keys. */
export function placeAfter(key, place, count) {
  const last = count - 1;
  const start = place < 0 ? last + 1 : place;
  const places = {
    ArrowLeft: Math.max(0, start - 1),
    ArrowRight: place < 0 ? 0 : Math.min(last, place + 1),
    Home: 0,
    End: last,
  };
  return key in places ? places[key] : null;
}

/** Return where a tip of `tipWidth` begins so that it stands over `middle` and inside `width`. */
export function tipStart(middle, tipWidth, width) {
  return Math.max(0, Math.min(middle - tipWidth / 2, width - tipWidth));
}

function bind(figure) {
  const svg = figure.querySelector("svg");
  const tip = figure.querySelector(".dash-tip");
  if (!svg || !tip) return;
  const days = [...svg.querySelectorAll(".dash-day")];
  let here = -1;
  // The browser's own tip would stand beside ours.
  for (const title of svg.querySelectorAll("title")) title.remove();

  function show(place) {
    days[here]?.classList.remove("is-here");
    here = place;
    const day = days[place];
    tip.hidden = !day;
    if (!day) return;
    day.classList.add("is-here");
    const head = document.createElement("b");
    head.textContent = day.dataset.day;
    tip.replaceChildren(head, day.dataset.text);
    const canvas = tip.parentElement.getBoundingClientRect();
    const middle = ((place + 0.5) * canvas.width) / days.length;
    tip.style.left = `${tipStart(middle, tip.offsetWidth, canvas.width)}px`;
  }

  function addressAt(target) {
    return target.closest("[data-url]")?.dataset.url;
  }

  /** Open the list of a day; of a bar of two colours that of the first. */
  function openDay(day) {
    const address = day?.dataset.url ?? day?.querySelector("[data-url]")?.dataset.url;
    if (address) window.location.assign(address);
  }

  svg.addEventListener("pointermove", (event) => {
    const place = days.indexOf(event.target.closest(".dash-day"));
    if (place !== here) show(place);
  });
  svg.addEventListener("pointerleave", () => show(-1));
  svg.addEventListener("blur", () => show(-1));
  svg.addEventListener("click", (event) => {
    const address = addressAt(event.target);
    // A finger has no hover: its first touch shows the tip, and links are in the table.
    if (address && event.pointerType !== "touch") window.location.assign(address);
  });
  svg.addEventListener("keydown", (event) => {
    if (event.key === "Escape") return show(-1);
    if (event.key === "Enter") return openDay(days[here]);
    const place = placeAfter(event.key, here, days.length);
    if (place === null) return undefined;
    event.preventDefault();
    return show(place);
  });
}

if (typeof document !== "undefined") {
  for (const figure of document.querySelectorAll("[data-chart]")) bind(figure);
}
