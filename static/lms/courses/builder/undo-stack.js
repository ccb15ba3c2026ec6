/* What Ctrl+Z undoes and Ctrl+Shift+Z redoes: the operations of this page, the last one first. */

const MAX_SIZE = 200;

/**
 * @typedef {() => any} Turn Undoes an operation and returns the function that does it again.
 * @typedef {{text: string, turn: Turn}} UndoEntry
 */

export class UndoStack {
  /** @type {UndoEntry[]} */
  #done = [];
  /** @type {UndoEntry[]} */
  #undone = [];

  /** @param {() => void} [onChange] */
  constructor(onChange = () => {}) {
    this.onChange = onChange;
  }

  /** How many operations can be undone. */
  get size() {
    return this.#done.length;
  }

  /** How many operations can be redone. */
  get undone() {
    return this.#undone.length;
  }

  /**
   * Remember an operation. `text` says what it was; `turn` undoes it and returns the function that
   * does it again, which returns the function that undoes it, and so on. What was undone before can
   * no longer be redone.
   *
   * @param {string} text
   * @param {Turn} turn
   */
  push(text, turn) {
    const entry = { text, turn };
    this.#undone = [];
    this.#keep(entry);
    return entry;
  }

  /**
   * Undo the last operation, or the given one; returns it, or null when there is none.
   *
   * @param {UndoEntry | null} [entry]
   */
  undo(entry = this.#done.at(-1)) {
    const index = entry ? this.#done.indexOf(entry) : -1;
    if (!entry || index < 0) return null;
    this.#done.splice(index, 1);
    entry.turn = entry.turn();
    this.#undone.push(entry);
    this.onChange();
    return entry;
  }

  /** Redo what was undone last; returns it, or null when there is none. */
  redo() {
    const entry = this.#undone.pop();
    if (!entry) return null;
    entry.turn = entry.turn();
    this.#keep(entry);
    return entry;
  }

  /** @param {UndoEntry} entry */
  #keep(entry) {
    this.#done.push(entry);
    if (this.#done.length > MAX_SIZE) this.#done.shift();
    this.onChange();
  }
}
