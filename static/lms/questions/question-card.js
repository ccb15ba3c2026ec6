/* One question on the page: its fields, its state in words, and the conflict with others. */

import { byData, copyTemplate, targetOf } from "../../portal/dom.js";
import { interpolate } from "../../portal/messages.js";
import { Autosave } from "./autosave.js";
import { Options } from "./options.js";
import { findMistake, hasSameContent } from "./validation.js";

/**
 * @import { SaveState } from "./autosave.js"
 * @import { Content, Limits, StoredQuestion, Texts } from "./validation.js"
 */

const NEW_ROWS = 4;
const NAMES = ["number", "heading", "figures", "state", "conflict", "conflict-text", "stored"];
const FIELDS = ["question", "options", "explanation", "points", "picture", "facts", "more"];

let lastNumber = 0;

/**
 * @typedef {object} CardPage What a card needs of its page.
 * @property {Texts} texts
 * @property {Limits} limits
 * @property {string} media Address of stored pictures.
 * @property {{card: HTMLTemplateElement, option: HTMLTemplateElement, upload: HTMLTemplateElement}} templates
 * @property {(card: QuestionCard, content: Content) => Promise<StoredQuestion>} send
 * @property {(card: QuestionCard | null) => void} changed
 */

/** Return a random key that no other question has; it makes creating a question repeatable. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class QuestionCard {
  /** @type {Record<string, any>} */
  #parts = {};
  #image = "";
  /** What others saved, while there is a conflict. @type {any} */
  #stored = null;

  /**
   * @param {CardPage} page
   * @param {StoredQuestion | null} stored Null for a new question.
   */
  constructor(page, stored) {
    lastNumber += 1;
    this.page = page;
    this.serial = lastNumber;
    this.key = newKey();
    /** @type {number | null} */
    this.id = null;
    this.place = 0;
    this.version = "";
    this.element = copyTemplate(page.templates.card);
    for (const name of [...NAMES, ...FIELDS]) this.#parts[name] = this.find(`[data-${name}]`);
    this.options = new Options(this.#parts.options, {
      group: `right-${this.serial}`,
      texts: page.texts,
      limits: page.limits,
      template: page.templates.option,
      onChange: () => this.#typed(),
    });
    this.autosave = new Autosave({
      check: () => this.#reason(),
      send: () => this.#send(),
      onState: (kind, reason) => this.#onState(kind, reason),
    });
    this.#listen();
    if (stored) this.show(stored);
    else this.#showNew();
  }

  /** @param {string} selector @returns {any} */
  find(selector) {
    return this.element.querySelector(selector);
  }

  /**
   * What is typed, in the form that the server expects.
   *
   * @param {HTMLElement[]} [rows]
   * @returns {Content}
   */
  content(rows) {
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

  /**
   * Show a stored question in place of what is typed.
   *
   * @param {StoredQuestion} state
   */
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

  /**
   * Remember id and version of what is stored now.
   *
   * @param {{id: number, version: string}} stored
   */
  take({ id, version }) {
    this.id = id;
    this.version = version;
    this.element.dataset.id = String(id);
  }

  /** @param {number} place */
  number(place) {
    this.place = place;
    const { texts } = this.page;
    this.#parts.number.textContent = interpolate(texts.number, { number: place });
    this.find("[data-move]").setAttribute("aria-label", interpolate(texts.moveQuestion, { number: place }));
  }

  focus() {
    this.#parts.question.focus();
  }

  /** @param {HTMLElement[]} nodes */
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
      const field = targetOf(event);
      if (field.dataset.key === undefined) return;
      this.#image = field.value;
      this.#typed();
    });
    this.find("[data-add-option]").addEventListener("click", () => this.options.add());
    more.addEventListener("toggle", () => more.open && this.#openPicture());
    this.find("[data-take-stored]").addEventListener("click", () => this.#takeStored());
    this.find("[data-keep-mine]").addEventListener("click", () => this.#keepMine());
    this.element.addEventListener("focusout", (event) => {
      // Leaving the question saves it without the pause.
      if (this.autosave.state === "unsaved" && !this.element.contains(/** @type {Node | null} */ (event.relatedTarget))) {
        if (this.id !== null || event.relatedTarget) this.autosave.flush();
      }
    });
  }

  #typed() {
    this.#showFacts();
    this.autosave.touch();
    this.page.changed(this);
  }

  #reason() {
    const name = findMistake(this.content(), this.page.limits);
    return name ? this.page.texts[name] : null;
  }

  async #send() {
    const rows = this.options.counted();
    const state = await this.page.send(this, this.content(rows));
    this.take(state);
    this.options.adopt(rows, state.options);
  }

  /** @param {SaveState} kind @param {any} [reason] The reason as text, or the error. */
  #onState(kind, reason = null) {
    const { texts } = this.page;
    const why = typeof reason === "string" ? reason : reason?.message || texts[reason?.kind] || "";
    const isConflict = kind === "conflict";
    const { state, conflict } = this.#parts;
    state.dataset.kind = kind;
    state.textContent = interpolate(texts[kind], { reason: why });
    this.element.classList.toggle("q-wrong", kind === "failed" || isConflict);
    conflict.hidden = !isConflict;
    if (isConflict) this.#showConflict(reason.stored);
    this.page.changed(this);
  }

  /** @param {StoredQuestion} stored */
  #showConflict(stored) {
    this.#stored = stored;
    if (hasSameContent(stored, this.content())) {
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
    this.autosave.resolve(false);
  }

  #keepMine() {
    this.take(this.#stored);
    // Answers that the other person has deleted are stored anew.
    const kept = new Set(this.#stored.options.map((/** @type {{id: number}} */ option) => option.id));
    this.options.keepOnly(kept);
    this.autosave.resolve(true);
  }

  #showFacts() {
    const { texts } = this.page;
    const { facts, points, explanation, question, heading } = this.#parts;
    const said = [interpolate(texts.points, { count: points.value })];
    if (explanation.value.trim()) said.push(texts.hasExplanation);
    if (this.#image) said.push(texts.hasPicture);
    facts.textContent = `· ${said.join(" · ")}`;
    heading.textContent = question.value.trim() || texts.noText;
  }

  /** Make the upload widget when it is first wanted: a hundred of them would slow the page. */
  #openPicture() {
    if (this.#parts.picture.childElementCount === 0) this.#showPicture({ isWanted: true });
  }

  #showPicture({ isWanted = Boolean(this.#parts.more.open) } = {}) {
    const { picture } = this.#parts;
    picture.replaceChildren();
    if (!isWanted) return;
    const widget = copyTemplate(this.page.templates.upload);
    for (const name of ["id", "for", "aria-describedby"]) {
      for (const part of widget.querySelectorAll(`[${name}]`)) {
        part.setAttribute(name, `${part.getAttribute(name)}-${this.serial}`);
      }
    }
    const config = JSON.parse(widget.dataset.config ?? "");
    const { uploaded, removed } = this.page.texts;
    Object.assign(config.texts, { done: uploaded, removed });
    widget.dataset.config = JSON.stringify(config);
    if (this.#image) {
      byData(widget, "key").value = this.#image;
      byData(widget, "name").textContent = this.#image.split("/").pop();
      byData(widget, "image").src = this.imageUrl;
      /** @type {NodeListOf<HTMLAnchorElement>} */
      const links = widget.querySelectorAll("[data-open]");
      for (const link of links) {
        link.href = this.imageUrl;
        link.hidden = false;
      }
    }
    picture.append(widget);
    // What the upload widget's own script waits for.
    widget.dispatchEvent(new CustomEvent("formset:added", { bubbles: true, detail: { formsetName: "" } }));
  }
}
