/* Editing of a field in its place: Enter or leaving the field saves, Esc cancels. */

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { TreeNode } from "./tree.js"
 */

/** @type {Record<string, number>} */
const LIMITS = { title: 500, code: 50 };
const OPTIONAL = new Set(["code", "duration", "description"]);

/**
 * The longest text of a field.
 *
 * @param {string} kind
 * @param {string} field
 */
export function maxLengthOf(kind, field) {
  if (field === "duration") return kind === "topic" ? 50 : 100;
  return LIMITS[field] ?? 500;
}

/**
 * Whether a field may be empty.
 *
 * @param {string} kind
 * @param {string} field
 */
export function mayBeEmpty(kind, field) {
  return OPTIONAL.has(field) || kind === "file";
}

export class FieldEditor {
  /** @type {{node: TreeNode, field: string, button: HTMLElement, input: HTMLInputElement} | null} */
  #open = null;

  /**
   * `onRefused` is called for an empty title, `onLeave` when the focus has to go somewhere else, and
   * `onClosed` every time. `isBusy` tells that the page moves elements: the person has not left.
   *
   * @param {{
   *   translate: Translate,
   *   onSave: (node: TreeNode, field: string, value: string) => void,
   *   onRefused: (node: TreeNode) => void,
   *   onLeave: (node: TreeNode, button: HTMLElement) => void,
   *   onClosed: () => void,
   *   isBusy: () => boolean,
   * }} options
   */
  constructor({ translate, onSave, onRefused, onLeave, onClosed, isBusy }) {
    this.translate = translate;
    this.onSave = onSave;
    this.onRefused = onRefused;
    this.onLeave = onLeave;
    this.onClosed = onClosed;
    this.isBusy = isBusy;
  }

  /** The node being edited, or null. */
  get node() {
    return this.#open?.node ?? null;
  }

  /**
   * Turn the button of a field into an input; `text` is what stands in it at first.
   *
   * @param {TreeNode} node
   * @param {string} field
   * @param {HTMLElement} button
   * @param {string} [text]
   */
  open(node, field, button, text = node.data[field] ?? "") {
    this.close(true);
    const input = document.createElement("input");
    input.className = "b-input b-edit";
    input.type = "text";
    input.value = text;
    input.maxLength = maxLengthOf(node.kind, field);
    input.dataset.edit = field;
    input.setAttribute("aria-label", this.translate(field));
    if (node.kind === "file") input.placeholder = node.data.originalName ?? "";
    const isWide = field === "title";
    input.classList.toggle("b-edit-wide", isWide);
    if (!isWide) input.size = Math.max(6, Math.min(14, input.value.length + 2));
    this.#open = { node, field, button, input };
    button.hidden = true;
    button.after(input);
    input.addEventListener("keydown", (event) => this.#onKey(event));
    input.addEventListener("blur", () => {
      if (!this.isBusy()) this.close(true);
    });
    input.focus();
    input.select();
  }

  /**
   * End the editing.
   *
   * @param {boolean} isSaving
   * @param {boolean} [wasKey] Whether a key ended it.
   */
  close(isSaving, wasKey = false) {
    const open = this.#open;
    if (!open) return;
    this.#open = null;
    const { node, field, button, input } = open;
    const value = input.value.trim();
    const hadFocus = document.activeElement === input;
    button.hidden = false;
    input.remove();
    if (isSaving && value !== (node.data[field] ?? "").trim()) {
      if (value || mayBeEmpty(node.kind, field)) this.onSave(node, field, value);
      else this.onRefused(node);
    }
    if (wasKey || hadFocus) this.onLeave(node, button);
    this.onClosed();
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    // The keys of the row do not work while somebody types.
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      this.close(event.key === "Enter", true);
    }
  }
}
