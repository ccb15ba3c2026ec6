/* Sorting of a list by dragging handles with mouse, pen or finger, and by Alt with the arrow keys. */

import { targetOf } from "./dom.js";

const EDGE = 80;
const STEP = 14;

/**
 * @typedef {object} SortEvents
 * @property {(item: HTMLElement) => void} onMoved Called after a change of the order.
 * @property {() => void} [onStart] Called when a drag begins, for example to fold the items.
 * @property {() => void} [onEnd] Called when a drag ends, with or without a change.
 */

/**
 * Let the children of `list` be dragged by the elements that match the selector `handle`.
 *
 * @param {HTMLElement} list
 * @param {SortEvents & {handle: string}} options
 */
export function sortByDragging(list, { handle, onMoved, onStart = () => {}, onEnd = () => {} }) {
  list.addEventListener("pointerdown", (event) => {
    const grip = targetOf(event).closest(handle);
    const item = grip && childOf(list, grip);
    if (!item || event.button !== 0) return;
    // A handle inside of a nested list belongs to that list.
    if (grip.closest("[data-sortable]") !== list) return;
    event.preventDefault();
    event.stopPropagation();
    drag(list, item, grip, event, { onMoved, onStart, onEnd });
  });
  list.dataset.sortable = "";
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} element
 */
function childOf(list, element) {
  /** @type {HTMLElement | null} */
  let item = element;
  while (item && item.parentElement !== list) item = item.parentElement;
  return item;
}

/**
 * @param {HTMLElement} list
 * @param {HTMLElement} item
 * @param {HTMLElement} grip
 * @param {PointerEvent} start
 * @param {Required<SortEvents>} events
 */
function drag(list, item, grip, start, { onMoved, onStart, onEnd }) {
  const before = item.nextElementSibling;
  const offset = grip.getBoundingClientRect().top;
  let y = start.clientY;
  let frame = 0;
  onStart();
  item.classList.add("is-dragged");
  // Folding has moved the item away from under the pointer.
  scroller().scrollBy(0, grip.getBoundingClientRect().top - offset);

  const followPointer = () => {
    frame = requestAnimationFrame(followPointer);
    const speed = y < EDGE ? -STEP : y > innerHeight - EDGE ? STEP : 0;
    if (speed) scroller().scrollBy(0, speed);
    moveTo(list, item, y);
  };
  /** @param {PointerEvent} event */
  const move = (event) => {
    y = event.clientY;
  };
  /** @param {Event} event */
  const stop = (event) => {
    if (event instanceof KeyboardEvent && event.key !== "Escape") return;
    cancelAnimationFrame(frame);
    item.classList.remove("is-dragged");
    removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel", "keydown"]) removeEventListener(name, stop);
    if (event.type !== "pointerup") list.insertBefore(item, before);
    onEnd();
    item.scrollIntoView({ block: "nearest" });
    if (item.nextElementSibling !== before) onMoved(item);
  };
  addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "keydown"]) addEventListener(name, stop);
  frame = requestAnimationFrame(followPointer);
}

/**
 * Move the item before or behind its neighbour when the pointer has passed the neighbour's middle.
 *
 * @param {HTMLElement} list
 * @param {HTMLElement} item
 * @param {number} y
 */
function moveTo(list, item, y) {
  const previous = item.previousElementSibling;
  const next = item.nextElementSibling;
  /** @param {Element} element */
  const middle = (element) => {
    const box = element.getBoundingClientRect();
    return box.top + box.height / 2;
  };
  if (previous && y < middle(previous)) list.insertBefore(item, previous);
  else if (next && y > middle(next)) list.insertBefore(item, next.nextElementSibling);
}

function scroller() {
  return document.scrollingElement ?? document.documentElement;
}

/**
 * Move an item one place up (-1) or down (1); return whether it moved.
 *
 * The neighbour is moved instead, because an element that is moved loses the focus. Neighbours that
 * do not match `selector` stay where they are.
 *
 * @param {HTMLElement} item
 * @param {number} direction
 * @param {string} [selector]
 */
export function moveItem(item, direction, selector = "*") {
  const neighbour = direction < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!neighbour?.matches(selector)) return false;
  if (direction < 0) item.after(neighbour);
  else item.before(neighbour);
  item.scrollIntoView({ block: "nearest" });
  return true;
}

/**
 * Return -1 for Alt with the arrow up, 1 for Alt with the arrow down, 0 for any other key.
 *
 * @param {KeyboardEvent} event
 */
export function arrowDirection(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return 0;
  if (event.key === "ArrowUp") return -1;
  return event.key === "ArrowDown" ? 1 : 0;
}
