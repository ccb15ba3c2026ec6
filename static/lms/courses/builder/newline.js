/* The line for new titles: Enter adds and goes on, several pasted lines are several nodes. */

import { Tree } from "./model.js";

const ICONS = { lesson: "menu_book", topic: "article" };

/** The titles in a text, one a line. */
export function linesOf(text, longest = 500) {
  const lines = text.split(/[\r\n\u2028\u2029]+/);
  return lines.map((line) => line.trim().slice(0, longest)).filter(Boolean);
}

export class NewLine {
  #open = null;

  constructor({ template, words, view, acts }) {
    Object.assign(this, { template, words, view, acts });
  }

  /** Whether something is typed that was not added yet. */
  get isUnsaved() {
    return Boolean(this.#open?.input.value.trim());
  }

  /** Open the line for nodes of a kind, behind one of them or at the end of a parent. */
  open(kind, parent, after = null) {
    this.close(false);
    this.view.setOpen(parent, true);
    const element = this.template.content.firstElementChild.cloneNode(true);
    const one = (name) => element.querySelector(`[data-${name}]`);
    const input = one("new-title");
    const word = kind === "lesson" ? "newLesson" : "newTopic";
    input.placeholder = this.words(word);
    input.setAttribute("aria-label", this.words(word));
    one("icon").textContent = ICONS[kind];
    element.dataset.kind = kind;
    this.#open = { kind, parent, element, input, after: after ?? parent.children.at(-1) ?? null };
    this.#place();
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("paste", (event) => this.#onPaste(event));
    element.addEventListener("focusout", (event) => {
      if (!element.contains(event.relatedTarget) && !this.view.isArranging) this.close(false);
    });
    one("new-add").addEventListener("click", () => {
      this.#addTyped();
      input.focus();
    });
    one("new-close").addEventListener("click", () => this.close(true));
    input.focus();
    element.scrollIntoView({ block: "nearest" });
  }

  /** Add what is typed, and take the line away; `isKey` gives the focus to what was added last. */
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

  #place() {
    const { element, parent, after } = this.#open;
    const row = after && this.view.rowOf(after);
    if (row) row.wrap.after(element);
    else this.view.containerOf(parent).prepend(element);
  }

  #onKey(event) {
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      if (this.#open.input.value.trim()) this.#addTyped();
      else this.close(true);
    } else if (event.key === "Escape") {
      event.preventDefault();
      this.#open.input.value = "";
      this.close(true);
    }
  }

  #onPaste(event) {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (linesOf(text).length < 2) return;
    event.preventDefault();
    const { input } = this.#open;
    const whole = input.value.slice(0, input.selectionStart) + text + input.value.slice(input.selectionEnd);
    input.value = "";
    this.#addAll(linesOf(whole));
  }

  #addTyped() {
    const { input } = this.#open;
    const lines = linesOf(input.value);
    input.value = "";
    this.#addAll(lines);
  }

  #addAll(titles) {
    const open = this.#open;
    for (const title of titles) {
      const isHere = open.after && this.acts.tree.has(open.after) && open.after.parent === open.parent;
      const before = isHere ? Tree.next(open.after) : null;
      open.after = this.acts.add(open.kind, open.parent, { title }, before);
    }
    if (titles.length > 0) open.element.scrollIntoView({ block: "nearest" });
  }
}
