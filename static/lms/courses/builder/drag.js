/* Dragging rows by their handles with mouse, pen or finger; a line shows where they will be. */

import { targetOf } from "../../../portal/dom.js";
import { titlesOf } from "./node-titles.js";
import { dropPosition, isAtPosition } from "./positions.js";
import { parentKind } from "./tree.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { Position } from "./positions.js"
 * @import { TreeView } from "./tree-view.js"
 * @import { TreeNode } from "./tree.js"
 */

// Pixels before a press becomes a drag.
const THRESHOLD = 4;
// Pixels from the edge of the window where the page scrolls, and how far in one frame.
const EDGE = 70;
const MAX_SCROLL = 18;
const OPEN_AFTER_MS = 700;

/**
 * @typedef {object} DragState
 * @property {TreeNode[]} nodes The nodes that are moved.
 * @property {TreeNode} node The one with the handle.
 * @property {number[]} start
 * @property {number[]} at Where the pointer is.
 * @property {boolean} isMoving
 * @property {Position | null | undefined} position Where the nodes would be.
 * @property {AbortController} listeners
 * @property {number} [frame]
 * @property {HTMLElement | null} [into] The row of the parent, while it is marked.
 * @property {TreeNode | null} [waiting] A closed node that will open.
 * @property {ReturnType<typeof setTimeout>} [timer]
 */

export class Drag {
  /** @type {DragState | null} */
  #state = null;

  /**
   * @param {HTMLElement} root
   * @param {{
   *   view: TreeView,
   *   translate: Translate,
   *   onDrop: (nodes: TreeNode[], position: Position) => void,
   * }} options
   */
  constructor(root, { view, translate, onDrop }) {
    this.root = root;
    this.view = view;
    this.translate = translate;
    this.onDrop = onDrop;
    this.line = document.createElement("div");
    this.line.className = "b-line";
    this.ghost = document.createElement("div");
    this.ghost.className = "b-ghost";
    root.addEventListener("pointerdown", (event) => this.#press(event));
  }

  /** @param {PointerEvent} event */
  #press(event) {
    const handle = targetOf(event).closest?.("[data-handle]");
    const node = handle && this.view.nodeAt(handle);
    if (!node || event.button !== 0 || this.#state) return;
    event.preventDefault();
    const listeners = new AbortController();
    const at = [event.clientX, event.clientY];
    this.#state = {
      nodes: this.view.targetsOf(node),
      node,
      start: at,
      at,
      isMoving: false,
      position: null,
      listeners,
    };
    const options = { signal: listeners.signal };
    addEventListener("pointermove", (move) => this.#move(move), options);
    addEventListener("pointerup", () => this.#end(true), options);
    addEventListener("pointercancel", () => this.#end(false), options);
    addEventListener("keydown", (key) => this.#key(key), { ...options, capture: true });
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    this.#end(false);
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const state = this.#state;
    if (!state) return;
    state.at = [event.clientX, event.clientY];
    if (state.isMoving) return;
    if (Math.hypot(state.at[0] - state.start[0], state.at[1] - state.start[1]) < THRESHOLD) return;
    state.isMoving = true;
    if (state.nodes.length === 1) this.view.select([]);
    for (const node of state.nodes) this.view.rowOf(node)?.wrap.classList.add("b-dragged");
    this.root.classList.add("b-dragging");
    this.ghost.textContent = titlesOf(state.nodes, this.translate);
    this.root.append(this.line, this.ghost);
    this.#frame();
  }

  /** Once a frame: scroll near the edges, and show where the pointer is. */
  #frame() {
    const state = this.#state;
    if (!state) return;
    state.frame = requestAnimationFrame(() => this.#frame());
    const [x, y] = state.at;
    const beyond = y < EDGE ? y - EDGE : Math.max(0, y - innerHeight + EDGE);
    if (beyond) {
      const top = Math.max(-1, Math.min(1, beyond / EDGE)) * MAX_SCROLL;
      document.scrollingElement?.scrollBy({ top, behavior: "instant" });
    }
    this.ghost.style.transform = `translate(${x + 14}px, ${y + 10}px)`;
    this.#aim(state, x, y);
  }

  /** @param {DragState} state @param {number} x @param {number} y */
  #aim(state, x, y) {
    const bounds = this.root.getBoundingClientRect();
    const inside = Math.max(bounds.left + 24, Math.min(x, bounds.right - 24));
    const element = document.elementFromPoint(inside, y);
    const hit = this.#hit(element, y) ?? this.#outside(y, bounds);
    const { kind } = state.nodes[0];
    state.position = hit && dropPosition(kind, hit.node, hit.part, (node) => this.view.isOpen(node));
    this.#openLater(state, hit?.node);
    this.#showLine(state);
  }

  /**
   * The node under the pointer, and which part of its row.
   *
   * @param {Element | null} element
   * @param {number} y
   * @returns {{node: TreeNode, part: "upper" | "lower" | "end"} | null}
   */
  #hit(element, y) {
    if (!element || !this.root.contains(element)) return null;
    const node = this.view.nodeAt(element);
    const row = node && this.view.rowOf(node)?.row.getBoundingClientRect();
    if (!row) return null;
    if (y > row.bottom) return { node, part: "end" };
    return { node, part: y < row.top + row.height / 2 ? "upper" : "lower" };
  }

  /** @param {number} y @param {DOMRect} bounds @returns {{node: TreeNode, part: "upper" | "end"} | null} */
  #outside(y, bounds) {
    const nodes = this.view.tree.root.children;
    if (nodes.length === 0) return null;
    if (y <= bounds.top + 8) return { node: nodes[0], part: "upper" };
    return y >= bounds.bottom - 60 ? { node: nodes[nodes.length - 1], part: "end" } : null;
  }

  /**
   * Open a closed lesson or topic when the pointer rests on it.
   *
   * @param {DragState} state
   * @param {TreeNode | undefined} node
   */
  #openLater(state, node) {
    const parent = parentKind(state.nodes[0].kind);
    const wanted = node && node.kind === parent && parent !== "program" && !this.view.isOpen(node) ? node : null;
    if (state.waiting === wanted) return;
    state.waiting = wanted;
    clearTimeout(state.timer);
    if (wanted) state.timer = setTimeout(() => this.view.setOpen(wanted, true), OPEN_AFTER_MS);
  }

  /** @param {DragState} state */
  #showLine(state) {
    const { line } = this;
    const { position } = state;
    const box = position && this.#lineBox(position);
    line.hidden = !box;
    state.into?.classList.remove("b-into");
    state.into = null;
    if (!position || !box) return;
    const bounds = this.root.getBoundingClientRect();
    line.style.transform = `translate(${box.left - bounds.left}px, ${box.y - bounds.top}px)`;
    line.style.width = `${box.right - box.left}px`;
    state.into = this.view.rowOf(position.parent)?.row;
    state.into?.classList.add("b-into");
  }

  /** @param {Position} position */
  #lineBox({ parent, before }) {
    /** @param {TreeNode} node */
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

  /** @param {boolean} isDrop */
  #end(isDrop) {
    const state = this.#state;
    if (!state) return;
    this.#state = null;
    state.listeners.abort();
    cancelAnimationFrame(state.frame ?? 0);
    clearTimeout(state.timer);
    state.into?.classList.remove("b-into");
    for (const node of state.nodes) this.view.rowOf(node)?.wrap.classList.remove("b-dragged");
    this.root.classList.remove("b-dragging");
    this.line.remove();
    this.ghost.remove();
    const { position, nodes } = state;
    if (!state.isMoving) {
      this.view.focus(state.node);
    } else if (isDrop && position && !isAtPosition(position, nodes)) {
      this.onDrop(nodes.filter((node) => this.view.tree.has(node)), position);
    }
  }
}
