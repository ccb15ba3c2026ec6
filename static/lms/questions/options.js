/* The answers of one question: rows with a text and a mark of the right one. */

import { fill } from "./rules.js";
import { directionOf, sortByPointer, step } from "./sort.js";

export class Options {
  #ids = new WeakMap();

  constructor(list, { group, texts, limits, template, onChange }) {
    Object.assign(this, { list, group, texts, limits, template, onChange });
    list.addEventListener("input", () => onChange());
    list.addEventListener("change", () => onChange());
    list.addEventListener("click", (event) => {
      const button = event.target.closest("[data-remove]");
      if (button) this.remove(button.closest("[data-option]"));
    });
    list.addEventListener("keydown", (event) => this.#onKey(event));
    sortByPointer(list, { handle: "[data-move]", onMoved: () => this.#changed() });
  }

  get rows() {
    return [...this.list.children];
  }

  /** Show these answers instead of what is there. */
  show(options) {
    this.list.replaceChildren();
    for (const option of options) this.#append(option);
    this.#name();
  }

  /** The rows that count: an empty new row that nobody marked is not there yet. */
  counted() {
    return this.rows.filter((row) => {
      const { text, right } = parts(row);
      return this.#ids.has(row) || text.value.trim() || right.checked;
    });
  }

  /** The answers of these rows as the server takes them. */
  values(rows = this.counted()) {
    return rows.map((row) => {
      const { text, right } = parts(row);
      return { id: this.#ids.get(row) ?? null, text: text.value, isRight: right.checked };
    });
  }

  /** Remember the numbers that the server has given to the rows that were sent. */
  adopt(rows, options) {
    rows.forEach((row, place) => this.#ids.set(row, options[place].id));
  }

  /** Forget the numbers that are not among `kept`: those answers are stored anew. */
  keepOnly(kept) {
    for (const row of this.rows) if (!kept.has(this.#ids.get(row))) this.#ids.delete(row);
  }

  add() {
    if (this.rows.length >= this.limits.maxOptions) return;
    const row = this.#append({ id: null, text: "", isRight: false });
    this.#name();
    parts(row).text.focus();
  }

  remove(row) {
    const neighbour = row.previousElementSibling ?? row.nextElementSibling;
    row.remove();
    if (neighbour) parts(neighbour).text.focus();
    this.#changed();
  }

  #append({ id, text, isRight }) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    const found = parts(row);
    if (id !== null) this.#ids.set(row, id);
    found.text.value = text;
    found.right.name = this.group;
    found.right.checked = isRight;
    this.list.append(row);
    return row;
  }

  #changed() {
    this.#name();
    this.onChange();
  }

  /** Say to screen readers which answer each control belongs to. */
  #name() {
    this.rows.forEach((row, place) => {
      const number = place + 1;
      const { text, right, move, remove } = parts(row);
      text.setAttribute("aria-label", fill(this.texts.option, { number }));
      text.placeholder = fill(this.texts.option, { number });
      right.setAttribute("aria-label", fill(this.texts.rightOption, { number }));
      move.setAttribute("aria-label", fill(this.texts.moveOption, { number }));
      remove.setAttribute("aria-label", fill(this.texts.removeOption, { number }));
    });
  }

  #onKey(event) {
    const row = event.target.closest("[data-option]");
    const { text, right } = parts(row);
    const direction = directionOf(event);
    if (direction) {
      event.preventDefault();
      event.stopPropagation();
      if (step(row, direction)) this.#changed();
      return;
    }
    if (event.target !== text || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (event.altKey) {
        right.checked = true;
        this.onChange();
      } else if (row.nextElementSibling) parts(row.nextElementSibling).text.focus();
      else this.add();
    } else if (event.key === "Backspace" && !text.value && this.rows.length > 1) {
      event.preventDefault();
      this.remove(row);
    }
  }
}

function parts(row) {
  const one = (name) => row.querySelector(`[data-${name}]`);
  return { text: one("text"), right: one("right"), move: one("move"), remove: one("remove") };
}
