/* The answers of one question: rows with a text and a mark of the right one. */

import { byData, copyTemplate, targetOf } from "../../portal/dom.js";
import { interpolate } from "../../portal/messages.js";
import { arrowDirection, moveItem, sortByDragging } from "../../portal/sortable.js";

/** @import { Limits, Option, Texts } from "./validation.js" */

export class Options {
  /** The ids of the stored answers, by row. @type {WeakMap<HTMLElement, number>} */
  #ids = new WeakMap();

  /**
   * @param {HTMLElement} list
   * @param {{
   *   group: string,
   *   texts: Texts,
   *   limits: Limits,
   *   template: HTMLTemplateElement,
   *   onChange: () => void,
   * }} options
   */
  constructor(list, { group, texts, limits, template, onChange }) {
    this.list = list;
    this.group = group;
    this.texts = texts;
    this.limits = limits;
    this.template = template;
    this.onChange = onChange;
    list.addEventListener("input", () => onChange());
    list.addEventListener("change", () => onChange());
    list.addEventListener("click", (event) => {
      const button = targetOf(event).closest("[data-remove]");
      if (button) this.remove(button.closest("[data-option]"));
    });
    list.addEventListener("keydown", (event) => this.#onKey(event));
    sortByDragging(list, { handle: "[data-move]", onMoved: () => this.#changed() });
  }

  get rows() {
    return /** @type {HTMLElement[]} */ ([...this.list.children]);
  }

  /**
   * Show these answers instead of what is there.
   *
   * @param {Option[]} options
   */
  show(options) {
    this.list.replaceChildren();
    for (const option of options) this.#append(option);
    this.#name();
  }

  /** The rows that are sent: all but empty new rows that nobody marked as right. */
  counted() {
    return this.rows.filter((row) => {
      const { text, right } = parts(row);
      return this.#ids.has(row) || text.value.trim() || right.checked;
    });
  }

  /**
   * The answers of these rows in the form that the server expects.
   *
   * @returns {Option[]}
   */
  values(rows = this.counted()) {
    return rows.map((row) => {
      const { text, right } = parts(row);
      return { id: this.#ids.get(row) ?? null, text: text.value, isRight: right.checked };
    });
  }

  /**
   * Remember the ids that the server has given to the rows that were sent.
   *
   * @param {HTMLElement[]} rows
   * @param {Option[]} options
   */
  adopt(rows, options) {
    rows.forEach((row, place) => this.#ids.set(row, Number(options[place].id)));
  }

  /**
   * Forget the ids that are not among `kept`: those answers are stored as new ones.
   *
   * @param {Set<number | null>} kept
   */
  keepOnly(kept) {
    for (const row of this.rows) if (!kept.has(this.#ids.get(row) ?? null)) this.#ids.delete(row);
  }

  add() {
    if (this.rows.length >= this.limits.maxOptions) return;
    const row = this.#append({ id: null, text: "", isRight: false });
    this.#name();
    parts(row).text.focus();
  }

  /** @param {HTMLElement} row */
  remove(row) {
    const neighbour = row.previousElementSibling ?? row.nextElementSibling;
    row.remove();
    if (neighbour) parts(neighbour).text.focus();
    this.#changed();
  }

  /** @param {Option} option */
  #append({ id, text, isRight }) {
    const row = copyTemplate(this.template);
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
      text.setAttribute("aria-label", interpolate(this.texts.option, { number }));
      text.placeholder = interpolate(this.texts.option, { number });
      right.setAttribute("aria-label", interpolate(this.texts.rightOption, { number }));
      move.setAttribute("aria-label", interpolate(this.texts.moveOption, { number }));
      remove.setAttribute("aria-label", interpolate(this.texts.removeOption, { number }));
    });
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const row = targetOf(event).closest("[data-option]");
    const { text, right } = parts(row);
    const direction = arrowDirection(event);
    if (direction) {
      event.preventDefault();
      event.stopPropagation();
      if (moveItem(row, direction)) this.#changed();
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

/** @param {Element} row */
function parts(row) {
  /** @param {string} name */
  const one = (name) => byData(row, name);
  return { text: one("text"), right: one("right"), move: one("move"), remove: one("remove") };
}
