/* Fields that are edited in their place: Enter or leaving saves, Esc leaves them as they were. */

const LIMITS = { title: 500, code: 50 };
const OPTIONAL = new Set(["code", "duration", "description"]);

/** How long a field of a node may be. */
export function limitOf(kind, field) {
  if (field === "duration") return kind === "topic" ? 50 : 100;
  return LIMITS[field] ?? 500;
}

/** Whether a node can do without a value of this field. */
export function mayBeEmpty(kind, field) {
  return OPTIONAL.has(field) || kind === "file";
}

export class FieldEditor {
  #open = null;

  /**
   * `onSave(node, field, value)` follows a change, `onRefused(node)` an empty title, and
   * `onLeave(node, button)` an end that has the focus, `onClosed()` every end; `isBusy()` tells that a blur is none of the person's.
   */
  constructor({ words, onSave, onRefused, onLeave, onClosed, isBusy }) {
    Object.assign(this, { words, onSave, onRefused, onLeave, onClosed, isBusy });
  }

  /** The node being edited, or null. */
  get node() {
    return this.#open?.node ?? null;
  }

  /** Turn the button of a field into an input; `text` is what stands in it at first. */
  open(node, field, button, text = node.data[field] ?? "") {
    this.close(true);
    const input = document.createElement("input");
    input.className = "b-input b-edit";
    input.type = "text";
    input.value = text;
    input.maxLength = limitOf(node.kind, field);
    input.dataset.edit = field;
    input.setAttribute("aria-label", this.words(field));
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

  /** End the editing; saves when asked to. */
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

  #onKey(event) {
    // Of the row's keys none has a meaning while somebody types.
    event.stopPropagation();
    if (event.isComposing) return;
    if (event.key === "Enter" || event.key === "Escape") {
      event.preventDefault();
      this.close(event.key === "Enter", true);
    }
  }
}
