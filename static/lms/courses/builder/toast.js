/* The bar that says what was done and brings it back. */

const SHOWN_MS = 20_000;

export class Toast {
  #timer = null;

  /** `onUndo(act)` takes an act back; `onLeave()` gives the focus to somebody else. */
  constructor(root, { label, onUndo, onLeave }) {
    this.root = root;
    this.onLeave = onLeave;
    this.act = null;
    this.text = root.querySelector("[data-toast-text]");
    this.button = root.querySelector("[data-toast-act]");
    this.button.textContent = label;
    this.button.addEventListener("click", () => onUndo(this.act));
    root.querySelector("[data-toast-close]").addEventListener("click", () => this.hide());
    // While somebody is on the bar it does not go away.
    for (const name of ["focusin", "pointerenter"]) {
      root.addEventListener(name, () => clearTimeout(this.#timer));
    }
  }

  /** Show a text for a while; with an act it can be undone from here. */
  show(text, act = null) {
    this.act = act;
    this.text.textContent = text;
    this.button.hidden = !act;
    this.root.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.hide(), SHOWN_MS);
  }

  hide() {
    clearTimeout(this.#timer);
    if (this.root.contains(document.activeElement)) this.onLeave();
    this.root.hidden = true;
    this.act = null;
  }
}
