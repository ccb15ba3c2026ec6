/* What Ctrl+Z takes back: the acts of this page, the last one first. */

const MOST = 200;

export class UndoStack {
  #acts = [];

  constructor(onChange = () => {}) {
    this.onChange = onChange;
  }

  get size() {
    return this.#acts.length;
  }

  /** Remember an act: `text` says what it was, `back` takes it back. */
  push(text, back) {
    const act = { text, back };
    this.#acts.push(act);
    if (this.#acts.length > MOST) this.#acts.shift();
    this.onChange();
    return act;
  }

  /** Take back the last act, or the given one; returns it, or null when there is none. */
  undo(act = this.#acts.at(-1)) {
    const place = this.#acts.indexOf(act);
    if (place < 0) return null;
    this.#acts.splice(place, 1);
    act.back();
    this.onChange();
    return act;
  }

  /** Forget acts that cannot be taken back any more. */
  drop(act) {
    this.#acts = this.#acts.filter((other) => other !== act);
    this.onChange();
  }
}
