/* What Ctrl+Z takes back, and Ctrl+Shift+Z does again: the acts of this page, the last one first. */

const MOST = 200;

export class UndoStack {
  #done = [];
  #undone = [];

  constructor(onChange = () => {}) {
    this.onChange = onChange;
  }

  /** How many acts can be taken back. */
  get size() {
    return this.#done.length;
  }

  /** How many acts that were taken back can be done again. */
  get undone() {
    return this.#undone.length;
  }

  /**
   * Remember an act: `text` says what it was; `turn` takes it back and returns what does it again,
   * which returns what takes it back, and so on. What was taken back before is forgotten.
   */
  push(text, turn) {
    const act = { text, turn };
    this.#undone = [];
    this.#keep(act);
    return act;
  }

  /** Take back the last act, or the given one; returns it, or null when there is none. */
  undo(act = this.#done.at(-1)) {
    const place = this.#done.indexOf(act);
    if (place < 0) return null;
    this.#done.splice(place, 1);
    act.turn = act.turn();
    this.#undone.push(act);
    this.onChange();
    return act;
  }

  /** Do again what was taken back last; returns it, or null when there is none. */
  redo() {
    const act = this.#undone.pop();
    if (!act) return null;
    act.turn = act.turn();
    this.#keep(act);
    return act;
  }

  #keep(act) {
    this.#done.push(act);
    if (this.#done.length > MOST) this.#done.shift();
    this.onChange();
  }
}
