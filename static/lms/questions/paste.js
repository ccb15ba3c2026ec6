/* The dialog that takes many questions from a text: first what would come of each, then all new ones. */

import { fill } from "./rules.js";

const STATES = { new: "stateNew", repeated: "stateRepeated", refused: "stateRefused" };

export class PasteDialog {
  #parts = {};
  #payload = "";

  /** `post` sends a request; `onAdded` gets the states of the new questions. */
  constructor(dialog, { post, texts, onAdded }) {
    Object.assign(this, { dialog, post, texts, onAdded });
    for (const name of ["text", "error", "summary", "show", "add"]) {
      this.#parts[name] = dialog.querySelector(`[data-paste-${name}]`);
    }
    this.#parts.drafts = dialog.querySelector("[data-drafts]");
    const { text, show, add } = this.#parts;
    for (const button of dialog.querySelectorAll("[data-close]")) {
      button.addEventListener("click", () => dialog.close());
    }
    text.addEventListener("input", () => this.#clear());
    show.addEventListener("click", () => this.#run(() => this.#show()));
    add.addEventListener("click", () => this.#run(() => this.#add()));
    text.addEventListener("keydown", (event) => {
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

  async #run(act) {
    const { show, add, error } = this.#parts;
    show.disabled = add.disabled = true;
    error.hidden = true;
    try {
      await act();
    } catch (caught) {
      error.textContent = caught.message || this.texts[caught.kind] || this.texts.server;
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
    summary.textContent = fill(this.texts.readAs, { format, ...counts });
    this.#parts.drafts.replaceChildren(...drafts.map((draft) => this.#draft(draft)));
    add.hidden = counts.new === 0;
    add.textContent = fill(this.texts.add, { count: counts.new });
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

  #draft(draft) {
    const item = document.createElement("li");
    item.className = "q-draft";
    item.dataset.state = draft.state;
    const facts = document.createElement("small");
    const line = fill(this.texts.line, { line: draft.line });
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
