/* Dragging rows by their handles with mouse, pen or finger; a line shows where they will land. */

import { dropPlace, isThere } from "./places.js";
import { titlesOf } from "./words.js";

const THRESHOLD = 4;
const EDGE = 70;
const FASTEST = 18;
const OPEN_AFTER_MS = 700;

export class Drag {
  #state = null;

  constructor(root, { view, words, onDrop, onStart = () => {} }) {
    Object.assign(this, { root, view, words, onDrop, onStart });
    this.line = document.createElement("div");
    this.line.className = "b-line";
    this.ghost = document.createElement("div");
    this.ghost.className = "b-ghost";
    root.addEventListener("pointerdown", (event) => this.#press(event));
  }

  #press(event) {
    const handle = event.target.closest?.("[data-handle]");
    const node = handle && this.view.nodeAt(handle);
    if (!node || event.button !== 0 || this.#state) return;
    event.preventDefault();
    const signal = new AbortController();
    this.#state = {
      nodes: this.view.actedOn(node),
      node,
      start: [event.clientX, event.clientY],
      at: [event.clientX, event.clientY],
      isMoving: false,
      place: null,
      signal,
    };
    const options = { signal: signal.signal };
    addEventListener("pointermove", (move) => this.#move(move), options);
    addEventListener("pointerup", () => this.#end(true), options);
    addEventListener("pointercancel", () => this.#end(false), options);
    addEventListener("keydown", (key) => this.#key(key), { ...options, capture: true });
  }

  #key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#end(false);
  }

  #move(event) {
    const state = this.#state;
    state.at = [event.clientX, event.clientY];
    if (state.isMoving) return;
    if (Math.hypot(state.at[0] - state.start[0], state.at[1] - state.start[1]) < THRESHOLD) return;
    state.isMoving = true;
    this.onStart();
    if (state.nodes.length === 1) this.view.select([]);
    for (const node of state.nodes) this.view.rowOf(node)?.wrap.classList.add("b-dragged");
    this.root.classList.add("b-dragging");
    this.ghost.textContent = titlesOf(state.nodes, this.words);
    this.root.append(this.line, this.ghost);
    this.#frame();
  }

  /** Once a frame: scroll near the edges, and show where the pointer is. */
  #frame() {
    const state = this.#state;
    if (!state) return;
    state.frame = requestAnimationFrame(() => this.#frame());
    const [x, y] = state.at;
    const speed = y < EDGE ? (y - EDGE) / EDGE : y > innerHeight - EDGE ? (y - innerHeight + EDGE) / EDGE : 0;
    if (speed) {
      const top = Math.max(-1, Math.min(1, speed)) * FASTEST;
      document.scrollingElement.scrollBy({ top, behavior: "instant" });
    }
    this.ghost.style.transform = `translate(${x + 14}px, ${y + 10}px)`;
    this.#aim(x, y);
  }

  #aim(x, y) {
    const state = this.#state;
    const bounds = this.root.getBoundingClientRect();
    const inside = Math.max(bounds.left + 24, Math.min(x, bounds.right - 24));
    const element = document.elementFromPoint(inside, y);
    const hit = this.#hit(element, y) ?? this.#outside(y, bounds);
    const { kind } = state.nodes[0];
    state.place = hit && dropPlace(kind, hit.node, hit.part, (node) => this.view.isOpen(node));
    this.#openLater(hit?.node);
    this.#showLine(state.place);
  }

  /** The node under the pointer, and which part of its row. */
  #hit(element, y) {
    if (!element || !this.root.contains(element)) return null;
    const node = this.view.nodeAt(element);
    if (!node) return null;
    const row = this.view.rowOf(node).row.getBoundingClientRect();
    if (y > row.bottom) return { node, part: "end" };
    return { node, part: y < row.top + row.height / 2 ? "upper" : "lower" };
  }

  #outside(y, bounds) {
    const nodes = this.view.tree.root.children;
    if (nodes.length === 0) return null;
    if (y <= bounds.top + 8) return { node: nodes[0], part: "upper" };
    return y >= bounds.bottom - 60 ? { node: nodes.at(-1), part: "end" } : null;
  }

  /** A closed lesson or topic opens when the pointer rests on it. */
  #openLater(node) {
    const state = this.#state;
    const parent = { topic: "lesson", file: "topic" }[state.nodes[0].kind];
    const wanted = node && node.kind === parent && !this.view.isOpen(node) ? node : null;
    if (state.waiting === wanted) return;
    state.waiting = wanted;
    clearTimeout(state.timer);
    if (wanted) state.timer = setTimeout(() => this.view.setOpen(wanted, true), OPEN_AFTER_MS);
  }

  #showLine(place) {
    const { line } = this;
    const box = place && this.#lineBox(place);
    line.hidden = !box;
    this.#state.into?.classList.remove("b-into");
    this.#state.into = null;
    if (!box) return;
    const bounds = this.root.getBoundingClientRect();
    line.style.transform = `translate(${box.left - bounds.left}px, ${box.y - bounds.top}px)`;
    line.style.width = `${box.right - box.left}px`;
    if (place.parent.parent) {
      this.#state.into = this.view.rowOf(place.parent).row;
      this.#state.into.classList.add("b-into");
    }
  }

  #lineBox({ parent, before }) {
    const boxOf = (node) => this.view.rowOf(node)?.wrap.getBoundingClientRect();
    const isShown = this.view.isOpen(parent);
    if (before && isShown) {
      const box = boxOf(before);
      return box && { left: box.left, right: box.right, y: box.top };
    }
    const last = isShown ? parent.children.at(-1) : null;
    const box = last ? boxOf(last) : this.view.rowOf(parent)?.row.getBoundingClientRect();
    return box && { left: box.left + (last ? 0 : 24), right: box.right, y: box.bottom };
  }

  #end(isDrop) {
    const state = this.#state;
    if (!state) return;
    this.#state = null;
    state.signal.abort();
    cancelAnimationFrame(state.frame);
    clearTimeout(state.timer);
    state.into?.classList.remove("b-into");
    for (const node of state.nodes) this.view.rowOf(node)?.wrap.classList.remove("b-dragged");
    this.root.classList.remove("b-dragging");
    this.line.remove();
    this.ghost.remove();
    const { place, nodes } = state;
    if (!state.isMoving) {
      this.view.focus(state.node);
    } else if (isDrop && place && !isThere(place, nodes)) {
      this.onDrop(nodes.filter((node) => this.view.tree.has(node)), place);
    }
  }
}
