/* The bar that says what was deleted and brings it back. */

const SHOWN = 20000;

export class UndoBar {
  #parts = {};
  #timer = null;
  #act = null;

  constructor(root, { label }) {
    this.root = root;
    this.#parts.text = root.querySelector("[data-toast-text]");
    this.#parts.undo = root.querySelector("[data-undo]");
    this.#parts.undo.textContent = label;
    this.#parts.undo.addEventListener("click", () => this.#undo());
    root.querySelector("[data-close-toast]").addEventListener("click", () => this.hide());
    // While somebody is on the bar it does not go away.
    root.addEventListener("focusin", () => clearTimeout(this.#timer));
    root.addEventListener("pointerenter", () => clearTimeout(this.#timer));
  }

  /** Offer to undo for a while; `act` returns a promise. */
  show(text, act) {
    this.#act = act;
    this.#parts.text.textContent = text;
    this.#parts.undo.disabled = false;
    this.root.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), SHOWN);
    this.#parts.undo.focus();
  }

  hide() {
    clearTimeout(this.#timer);
    this.root.hidden = true;
    this.#act = null;
  }

  async #undo() {
    this.#parts.undo.disabled = true;
    const failure = await this.#act?.();
    if (failure) {
      this.#parts.text.textContent = failure;
      this.#parts.undo.disabled = false;
    } else this.hide();
  }
}
