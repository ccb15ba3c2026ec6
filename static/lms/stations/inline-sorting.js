/* The lists on a station's page: rows move by Alt with the arrow keys; folded photos show a thumbnail. */

import { targetOf } from "../../portal/dom.js";
import { interpolate } from "../../portal/messages.js";
import { arrowDirection, moveItem } from "../../portal/sortable.js";

const HANDLE = "[data-st-handle]";
const STORED_ROW = ".form-group.original";

/**
 * Make the handles of stored rows reachable by the keyboard; unfold drags them by the mouse.
 *
 * @param {HTMLElement} group
 */
function prepare(group) {
  /** @type {HTMLElement | null} */
  const hint = group.querySelector("[data-st-words]");
  if (!hint) return;
  const texts = hint.dataset;
  for (const handle of group.querySelectorAll("[x-sort\\:handle]")) {
    if (!(handle instanceof HTMLElement)) continue;
    handle.dataset.stHandle = "";
    handle.tabIndex = 0;
    handle.setAttribute("role", "button");
    handle.setAttribute("aria-label", texts.stMove ?? "");
    handle.title = texts.stMove ?? "";
  }
  group.addEventListener("keydown", (event) => onKey(event, group, texts.stMoved ?? ""));
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} group
 * @param {string} text
 */
function onKey(event, group, text) {
  const direction = arrowDirection(event);
  const row = targetOf(event).closest(HANDLE)?.closest(STORED_ROW);
  if (!direction || !row) return;
  event.preventDefault();
  if (!moveItem(row, direction, STORED_ROW)) return;
  const rows = writePositions(row.parentElement);
  announce(group, interpolate(text, { place: rows.indexOf(row) + 1, total: rows.length }));
}

/**
 * Write the positions of the stored rows of one list into their fields; return the rows.
 *
 * @param {HTMLElement} list
 */
function writePositions(list) {
  /** @type {HTMLElement | null} */
  const owner = list.closest("[data-ordering-field]");
  const field = owner?.dataset.orderingField;
  const rows = [...list.children].filter((row) => row.matches(STORED_ROW));
  rows.forEach((row, position) => {
    // The first one is the row's own: those of a list inside come behind it.
    /** @type {HTMLInputElement | null} */
    const input = row.querySelector(`input[name$="-${field}"]`);
    if (!input) return;
    input.value = String(position);
    for (const type of ["input", "change"]) {
      input.dispatchEvent(new Event(type, { bubbles: true }));
    }
  });
  return rows;
}

/**
 * Let screen readers read a text.
 *
 * @param {HTMLElement} group
 * @param {string} text
 */
function announce(group, text) {
  let place = group.querySelector(".st-announce");
  if (!place) {
    place = document.createElement("p");
    place.className = "st-announce";
    place.setAttribute("aria-live", "polite");
    group.append(place);
  }
  place.textContent = text;
}

/**
 * Show the picture of each folded row in its heading.
 *
 * @param {HTMLElement} group
 */
function showThumbnails(group) {
  for (const row of group.querySelectorAll(STORED_ROW)) {
    const source = row
      .querySelector("[data-thumbnail] img, .direct-upload img")
      ?.getAttribute("src");
    const title = row.querySelector("h3 strong");
    if (!source || !title) continue;
    const small = document.createElement("img");
    small.className = "st-thumb";
    small.alt = "";
    small.loading = "lazy";
    small.width = 48;
    small.height = 36;
    small.src = source;
    title.before(small);
  }
}

/** @type {NodeListOf<HTMLElement>} */
const groups = document.querySelectorAll("[data-inline-type]");
groups.forEach(prepare);
const photos = document.getElementById("photos-group");
if (photos) showThumbnails(photos);
