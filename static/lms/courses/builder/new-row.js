/* The row for new titles: Enter adds a node; several pasted lines add several nodes. */

import { byData, copyTemplate } from "../../../portal/dom.js";
import { Tree } from "./tree.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { Operations } from "./operations.js"
 * @import { TreeView } from "./tree-view.js"
 * @import { TreeNode } from "./tree.js"
 */

/**
 * @typedef {"lesson" | "topic"} NewKind
 *
 * @typedef {object} Open
 * @property {NewKind} kind
 * @property {TreeNode} parent
 * @property {HTMLElement} element
 * @property {HTMLInputElement} input
 * @property {TreeNode | null} after The node behind which the next one is added.
 */

/** @type {Record<NewKind, string>} */
const ICONS = { lesson: "menu_book", topic: "article" };

/**
 * The titles in a text, one in each line.
 *
 * @param {string} text
 * @param {number} [longest]
 */
export function splitLines(text, longest = 500) {
  const lines = text.split(/[\r\n\u2028\u2029]+/);
  return lines.map((line) => line.trim().slice(0, longest)).filter(Boolean);
}

export class NewRow {
  /** @type {Open | null} */
  #open = null;

  /**
   * @param {{
   *   template: HTMLTemplateElement,
   *   translate: Translate,
   *   view: TreeView,
   *   operations: Operations,
   * }} parts
   */
  constructor({ template, translate, view, operations }) {
    this.template = template;
    this.translate = translate;
    this.view = view;
    this.operations = operations;
  }

  /** Whether something is typed that was not added yet. */
  get isUnsaved() {
    return Boolean(this.#open?.input.value.trim());
  }

  /**
   * Open the row for nodes of a kind, behind one of them or at the end of a parent.
   *
   * @param {NewKind} kind
   * @param {TreeNode} parent
   * @param {TreeNode | null} [after]
   */
  open(kind, parent, after = null) {
    this.close(false);
    this.view.setOpen(parent, true);
    const element = copyTemplate(this.template);
    /** @param {string} name */
    const one = (name) => byData(element, name);
    const input = one("new-title");
    const label = this.translate(kind === "lesson" ? "newLesson" : "newTopic");
    input.placeholder = label;
    input.setAttribute("aria-label", label);
    one("icon").textContent = ICONS[kind];
    element.dataset.kind = kind;
    this.#open = { kind, parent, element, input, after: after ?? parent.children.at(-1) ?? null };
    this.#place(this.#open);
    input.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => this.#onKey(event));
    input.addEventListener("paste", (/** @type {ClipboardEvent} */ event) => this.#onPaste(event));
    element.addEventListener("focusout", (event) => {
      const { relatedTarget } = /** @type {{relatedTarget: any}} */ (event);
      if (!element.contains(relatedTarget) && !this.view.isArranging) this.close(false);
    });
    one("new-add").addEventListener("click", () => {
      this.#addTyped();
      input.focus();
    });
    one("new-close").addEventListener("click", () => this.close(true));
    input.focus();
    element.scrollIntoView({ block: "nearest" });
  }

  /**
   * Add what is typed and remove the row.
   *
   * @param {boolean} isKey Whether a key closed it: the focus goes to what was added last.
   */
  close(isKey) {
    const open = this.#open;
    if (!open) return;
    this.#addTyped();
    this.#open = null;
    open.element.remove();
    if (!isKey) return;
    if (open.after) this.view.focus(open.after);
    else if (open.parent.parent) this.view.focus(open.parent);
  }

  /** @param {Open} open */
  #place({ element, parent, after }) {
    const row = after && this.view.rowOf(after);
    if (row) row.wrap.after(element);
    else this.view.containerOf(parent)?.prepend(element);
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    event.stopPropagation();
    const { key, isComposing } = event;
    if (!this.#open || isComposing || (key !== "Enter" && key !== "Escape")) return;
    event.preventDefault();
    if (key === "Escape") this.#open.input.value = "";
    if (this.isUnsaved) this.#addTyped();
    else this.close(true);
  }

  /** @param {ClipboardEvent} event */
  #onPaste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!this.#open || splitLines(text).length < 2) return;
    event.preventDefault();
    const { input } = this.#open;
    const { selectionStart, selectionEnd, value } = input;
    const whole = value.slice(0, selectionStart ?? 0) + text + value.slice(selectionEnd ?? 0);
    input.value = "";
    this.#addAll(splitLines(whole));
  }

  #addTyped() {
    if (!this.#open) return;
    const { input } = this.#open;
    const lines = splitLines(input.value);
    input.value = "";
    this.#addAll(lines);
  }

  /** @param {string[]} titles */
  #addAll(titles) {
    const open = this.#open;
    if (!open) return;
    for (const title of titles) {
      const { after, parent } = open;
      const isHere = after && this.operations.tree.has(after) && after.parent === parent;
      const before = isHere ? Tree.next(after) : null;
      open.after = this.operations.add(open.kind, open.parent, { title }, before);
    }
    if (titles.length > 0) open.element.scrollIntoView({ block: "nearest" });
  }
}
