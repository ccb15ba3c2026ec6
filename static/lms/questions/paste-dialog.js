/* The dialog that reads many questions from a text: it shows them first, then adds the new ones. */

import { byData } from "../../portal/dom.js";
import { interpolate } from "../../portal/messages.js";

/**
 * @import { RequestError } from "../../portal/http.js"
 * @import { StoredQuestion, Texts } from "./validation.js"
 */

/**
 * @typedef {{line: number, state: "new" | "repeated" | "refused", question: string, options: string[],
 *   rightIndex: number, reasons: string[]}} Draft
 */

const STATES = { new: "stateNew", repeated: "stateRepeated", refused: "stateRefused" };

export class PasteDialog {
  /** @type {Record<string, any>} */
  #parts = {};
  #payload = "";

  /**
   * @param {HTMLDialogElement} dialog
   * @param {{
   *   post: (action: string, data: unknown) => Promise<any>,
   *   texts: Texts,
   *   onAdded: (questions: StoredQuestion[]) => void,
   * }} options
   */
  constructor(dialog, { post, texts, onAdded }) {
    this.dialog = dialog;
    this.post = post;
    this.texts = texts;
    this.onAdded = onAdded;
    for (const name of ["text", "error", "summary", "show", "add"]) {
      this.#parts[name] = byData(dialog, `paste-${name}`);
    }
    this.#parts.drafts = byData(dialog, "drafts");
    const { text, show, add } = this.#parts;
    for (const button of dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => dialog.close());
    }
    text.addEventListener("input", () => this.#clear());
    show.addEventListener("click", () => this.#run(() => this.#show()));
    add.addEventListener("click", () => this.#run(() => this.#add()));
    text.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) this.#run(() => this.#show());
    });
  }

  open() {
    this.dialog.showModal();
    this.#parts.text.focus();
  }

  get isUnsaved() {
    return this.dialog.open && Boolean(this.#parts.text.value.trim());
  }

  /** @param {() => Promise<void>} action */
  async #run(action) {
    const { show, add, error } = this.#parts;
    show.disabled = add.disabled = true;
    error.hidden = true;
    try {
      await action();
    } catch (caught) {
      const { message, kind } = /** @type {RequestError} */ (caught);
      error.textContent = message || this.texts[kind] || this.texts.server;
      error.hidden = false;
    } finally {
      show.disabled = add.disabled = false;
    }
  }

  async #show() {
    this.#clear();
    const { drafts, counts, format, payload } = await this.post("paste", {
      text: this.#parts.text.value,
    });
    const { summary, add } = this.#parts;
    this.#payload = payload;
    summary.textContent = interpolate(this.texts.readAs, { format, ...counts });
    this.#parts.drafts.replaceChildren(...drafts.map((/** @type {Draft} */ draft) => this.#draft(draft)));
    add.hidden = counts.new === 0;
    add.textContent = interpolate(this.texts.add, { count: counts.new });
    if (counts.new) add.focus();
  }

  async #add() {
    const { questions } = await this.post("paste", { payload: this.#payload });
    this.#parts.text.value = "";
    this.#clear();
    this.dialog.close();
    this.onAdded(questions);
  }

  #clear() {
    this.#payload = "";
    this.#parts.add.hidden = true;
    this.#parts.error.hidden = true;
    this.#parts.summary.textContent = "";
    this.#parts.drafts.replaceChildren();
  }

  /** @param {Draft} draft */
  #draft(draft) {
    const item = document.createElement("li");
    item.className = "q-draft";
    item.dataset.state = draft.state;
    const facts = document.createElement("small");
    const line = interpolate(this.texts.line, { line: draft.line });
    facts.textContent = [`${line}: ${this.texts[STATES[draft.state]]}`, ...draft.reasons].join(". ");
    const options = document.createElement("ol");
    draft.options.forEach((text, place) => {
      const row = document.createElement("li");
      row.textContent = place === draft.rightIndex ? `${text} ✓` : text;
      if (place === draft.rightIndex) row.className = "q-right";
      options.append(row);
    });
    item.append(draft.question, document.createElement("br"), facts, options);
    return item;
  }
}
