/* Sorting of a list by its handles with mouse, pen or finger, and by Alt with the arrow keys. */

const EDGE = 80;
const STEP = 14;

/**
 * Let the children of `list` be dragged by `handle`; `onMoved(item)` follows a change of place.
 * `onStart` and `onEnd` frame a drag, to fold the items for example.
 */
export function sortByPointer(list, { handle, onMoved, onStart = () => {}, onEnd = () => {} }) {
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(handle);
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

function childOf(list, element) {
  let item = element;
  while (item && item.parentElement !== list) item = item.parentElement;
  return item;
}

function drag(list, item, grip, start, { onMoved, onStart, onEnd }) {
  const before = item.nextElementSibling;
  const offset = grip.getBoundingClientRect().top;
  let y = start.clientY;
  let frame = 0;
  onStart(item);
  item.classList.add("q-dragged");
  // Folding has moved the item away from under the pointer.
  scroller().scrollBy(0, grip.getBoundingClientRect().top - offset);

  const step = () => {
    frame = requestAnimationFrame(step);
    const speed = y < EDGE ? -STEP : y > innerHeight - EDGE ? STEP : 0;
    if (speed) scroller().scrollBy(0, speed);
    place(list, item, y);
  };
  const move = (event) => {
    y = event.clientY;
  };
  const stop = (event) => {
    if (event.type === "keydown" && event.key !== "Escape") return;
    cancelAnimationFrame(frame);
    item.classList.remove("q-dragged");
    removeEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel", "keydown"]) removeEventListener(name, stop);
    if (event.type !== "pointerup") list.insertBefore(item, before);
    onEnd(item);
    item.scrollIntoView({ block: "nearest" });
    if (item.nextElementSibling !== before) onMoved(item);
  };
  addEventListener("pointermove", move);
  for (const name of ["pointerup", "pointercancel", "keydown"]) addEventListener(name, stop);
  frame = requestAnimationFrame(step);
}

function place(list, item, y) {
  const previous = item.previousElementSibling;
  const next = item.nextElementSibling;
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
 * The neighbour is moved instead, because an element that is moved loses the focus.
 */
export function step(item, direction) {
  const neighbour = direction < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!neighbour) return false;
  if (direction < 0) item.after(neighbour);
  else item.before(neighbour);
  item.scrollIntoView({ block: "nearest" });
  return true;
}

/** Return -1 or 1 for Alt with an arrow key, else 0. */
export function directionOf(event) {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return 0;
  return { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
}
