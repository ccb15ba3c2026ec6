/* One question on the page: its fields, its state in words, and the conflict with others. */

import { Options } from "./options.js";
import { fill, isSame, wrongIn } from "./rules.js";
import { Saver } from "./saver.js";

const NEW_ROWS = 4;
const NAMES = ["number", "heading", "figures", "state", "conflict", "conflict-text", "stored"];
const FIELDS = ["question", "options", "explanation", "points", "picture", "facts", "more"];

let lastNumber = 0;

/** A text that no other question of this page or another has. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Card {
  #parts = {};
  #image = "";
  #stored = null;

  /**
   * `page` is {texts, limits, media, templates, send(card, content), changed(card)}; `state` is a
   * stored question, or null for a new one.
   */
  constructor(page, state) {
    lastNumber += 1;
    this.page = page;
    this.serial = lastNumber;
    this.key = newKey();
    this.id = null;
    this.version = "";
    this.element = page.templates.card.content.firstElementChild.cloneNode(true);
    for (const name of [...NAMES, ...FIELDS]) this.#parts[name] = this.find(`[data-${name}]`);
    this.options = new Options(this.#parts.options, {
      group: `right-${this.serial}`,
      texts: page.texts,
      limits: page.limits,
      template: page.templates.option,
      onChange: () => this.#typed(),
    });
    this.saver = new Saver({
      check: () => this.#reason(),
      send: () => this.#send(),
      onState: (kind, reason) => this.#onState(kind, reason),
    });
    this.#listen();
    if (state) this.show(state);
    else this.#showNew();
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  /** What is typed, as the server takes it. */
  content(rows = undefined) {
    const { question, explanation, points } = this.#parts;
    return {
      question: question.value,
      explanation: explanation.value,
      points: points.value.trim() === "" ? NaN : Number(points.value),
      image: this.#image,
      options: this.options.values(rows),
    };
  }

  get imageUrl() {
    if (!this.#image) return "";
    if (/^(https?:\/\/|\/)/.test(this.#image)) return this.#image;
    return this.page.media + encodeURIComponent(this.#image);
  }

  /** Show a stored question in place of what is typed. */
  show(state) {
    this.take(state);
    const { question, explanation, points } = this.#parts;
    question.value = state.question;
    explanation.value = state.explanation;
    points.value = state.points;
    this.#image = state.image;
    this.options.show(state.options);
    this.#showPicture();
    this.#showFacts();
    this.#onState("saved");
  }

  /** Remember number and version of what is stored now. */
  take({ id, version }) {
    this.id = id;
    this.version = version;
    this.element.dataset.id = id;
  }

  number(place) {
    this.place = place;
    const { texts } = this.page;
    this.#parts.number.textContent = fill(texts.number, { number: place });
    this.find("[data-move]").setAttribute("aria-label", fill(texts.moveQuestion, { number: place }));
  }

  focus() {
    this.#parts.question.focus();
  }

  showFigures(nodes) {
    this.#parts.figures.replaceChildren(...nodes);
  }

  #showNew() {
    this.#parts.points.value = "1";
    const empty = { id: null, text: "", isRight: false };
    this.options.show(Array.from({ length: NEW_ROWS }, () => empty));
    this.#showFacts();
    this.#onState("unsaved");
  }

  #listen() {
    const { question, explanation, points, more } = this.#parts;
    for (const field of [question, explanation, points]) {
      field.addEventListener("input", () => this.#typed());
    }
    this.element.addEventListener("change", (event) => {
      if (event.target.dataset.key === undefined) return;
      this.#image = event.target.value;
      this.#typed();
    });
    this.find("[data-add-option]").addEventListener("click", () => this.options.add());
    more.addEventListener("toggle", () => more.open && this.#openPicture());
    this.find("[data-take-stored]").addEventListener("click", () => this.#takeStored());
    this.find("[data-keep-mine]").addEventListener("click", () => this.#keepMine());
    this.element.addEventListener("focusout", (event) => {
      // Leaving the question saves it without the pause.
      if (this.saver.state === "unsaved" && !this.element.contains(event.relatedTarget)) {
        if (this.id !== null || event.relatedTarget) this.saver.flush();
      }
    });
  }

  #typed() {
    this.#showFacts();
    this.saver.touch();
    this.page.changed(this);
  }

  #reason() {
    const name = wrongIn(this.content(), this.page.limits);
    return name ? this.page.texts[name] : null;
  }

  async #send() {
    const rows = this.options.counted();
    const state = await this.page.send(this, this.content(rows));
    this.take(state);
    this.options.adopt(rows, state.options);
  }

  #onState(kind, reason = null) {
    const { texts } = this.page;
    const why = typeof reason === "string" ? reason : reason?.message || texts[reason?.kind] || "";
    const isConflict = kind === "conflict";
    const { state, conflict } = this.#parts;
    const words = isConflict ? texts.conflict : texts[kind];
    state.dataset.kind = kind;
    state.textContent = fill(words, { reason: why });
    this.element.classList.toggle("q-wrong", kind === "failed" || isConflict);
    conflict.hidden = !isConflict;
    if (isConflict) this.#showConflict(reason.stored);
    this.page.changed(this);
  }

  #showConflict(stored) {
    this.#stored = stored;
    if (isSame(stored, this.content())) {
      this.#takeStored();
      return;
    }
    const { texts } = this.page;
    this.#parts["conflict-text"].textContent = texts.conflict;
    const lines = document.createElement("ol");
    for (const option of stored.options) {
      const line = document.createElement("li");
      line.textContent = option.isRight ? `${option.text} — ${texts.right}` : option.text;
      lines.append(line);
    }
    const head = document.createElement("strong");
    head.textContent = `${texts.stored}: `;
    this.#parts.stored.replaceChildren(head, stored.question, lines, stored.explanation);
  }

  #takeStored() {
    this.show(this.#stored);
    this.saver.resolve(false);
  }

  #keepMine() {
    this.take(this.#stored);
    // Answers that the other person has deleted are stored anew.
    const kept = new Set(this.#stored.options.map((option) => option.id));
    this.options.keepOnly(kept);
    this.saver.resolve(true);
  }

  #showFacts() {
    const { texts } = this.page;
    const { facts, points, explanation, question, heading } = this.#parts;
    const said = [fill(texts.points, { count: points.value })];
    if (explanation.value.trim()) said.push(texts.hasExplanation);
    if (this.#image) said.push(texts.hasPicture);
    facts.textContent = `· ${said.join(" · ")}`;
    heading.textContent = question.value.trim() || texts.noText;
  }

  /** The upload widget is made when it is first wanted: a hundred of them would slow the page. */
  #openPicture() {
    if (this.#parts.picture.childElementCount === 0) this.#showPicture({ isWanted: true });
  }

  #showPicture({ isWanted = this.#parts.more.open } = {}) {
    const { picture } = this.#parts;
    picture.replaceChildren();
    if (!isWanted) return;
    const widget = this.page.templates.upload.content.firstElementChild.cloneNode(true);
    for (const name of ["id", "for", "aria-describedby"]) {
      for (const part of widget.querySelectorAll(`[${name}]`)) {
        part.setAttribute(name, `${part.getAttribute(name)}-${this.serial}`);
      }
    }
    const config = JSON.parse(widget.dataset.config);
    const { uploaded, removed } = this.page.texts;
    Object.assign(config.texts, { done: uploaded, removed });
    widget.dataset.config = JSON.stringify(config);
    if (this.#image) {
      widget.querySelector("[data-key]").value = this.#image;
      widget.querySelector("[data-name]").textContent = this.#image.split("/").pop();
      widget.querySelector("[data-image]").src = this.imageUrl;
      for (const link of widget.querySelectorAll("[data-open]")) {
        link.href = this.imageUrl;
        link.hidden = false;
      }
    }
    picture.append(widget);
    // What the upload widget's own script waits for.
    widget.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "" } }));
  }
}
