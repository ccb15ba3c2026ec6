/* The bar at the bottom that says what was done and offers to undo it. */

import { byData } from "./dom.js";

const SHOWN_MS = 20_000;

/** @template Action What can be undone from the bar; the page decides what that is. */
export class Toast {
  #timer = 0;
  /** @type {Action | null} */
  #action = null;

  /**
   * `onUndo(action)` undoes it; when that takes time it returns a promise of the reason of a
   * failure, or of null. `onFocusLost()` is called when the bar goes away with the focus in it.
   *
   * @param {HTMLElement} root
   * @param {{
   *   label: string,
   *   takesFocus?: boolean,
   *   onUndo: (action: Action) => unknown,
   *   onFocusLost?: () => void,
   * }} options
   */
  constructor(root, { label, takesFocus = false, onUndo, onFocusLost = () => {} }) {
    this.root = root;
    this.takesFocus = takesFocus;
    this.onUndo = onUndo;
    this.onFocusLost = onFocusLost;
    this.text = byData(root, "toast-text");
    this.button = byData(root, "toast-undo");
    this.button.textContent = label;
    this.button.addEventListener("click", () => this.#undo());
    byData(root, "toast-close").addEventListener("click", () => this.hide());
    // While somebody is on the bar it does not go away.
    for (const name of ["focusin", "pointerenter"]) {
      root.addEventListener(name, () => clearTimeout(this.#timer));
    }
  }

  /** What can be undone from the bar now, or null. */
  get action() {
    return this.#action;
  }

  /**
   * Show a text for a while, with a button when there is something to undo.
   *
   * @param {string} text
   * @param {Action | null} [action]
   */
  show(text, action = null) {
    this.#action = action;
    this.text.textContent = text;
    this.button.hidden = !action;
    this.button.disabled = false;
    this.root.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), SHOWN_MS);
    if (action && this.takesFocus) this.button.focus();
  }

  hide() {
    clearTimeout(this.#timer);
    if (this.root.contains(document.activeElement)) this.onFocusLost();
    this.root.hidden = true;
    this.#action = null;
  }

  async #undo() {
    const action = this.#action;
    if (!action) return;
    this.button.disabled = true;
    const failure = await this.onUndo(action);
    // Undoing may have hidden the bar, or shown the next message in it.
    if (this.#action !== action) return;
    if (typeof failure === "string") {
      this.text.textContent = failure;
      this.button.disabled = false;
    } else this.hide();
  }
}
