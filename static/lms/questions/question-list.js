/* The list of questions: adding, copying, deleting and sorting them. */

import { targetOf } from "../../portal/dom.js";
import { interpolate } from "../../portal/messages.js";
import { arrowDirection, moveItem, sortByDragging } from "../../portal/sortable.js";
import { QuestionCard } from "./question-card.js";

/**
 * @import { RequestError } from "../../portal/http.js"
 * @import { CardPage } from "./question-card.js"
 * @import { Content, StoredQuestion } from "./validation.js"
 */

const SORT_PAUSE_MS = 500;

/**
 * @typedef {object} ListEvents
 * @property {(card: QuestionCard | null) => void} changed
 * @property {(card: QuestionCard) => void} current
 * @property {(count: number) => void} counted
 * @property {(text: string) => void} announce
 * @property {(text: string) => void} failed
 * @property {(text: string, undo: () => Promise<string | null>) => void} deleted
 * @property {() => void} unfolded
 */

export class QuestionList {
  /** @type {Map<Element, QuestionCard>} */
  #cards = new Map();
  /** Ids of the stored questions in the stored order. @type {number[]} */
  #order = [];
  /** @type {ReturnType<typeof setTimeout> | null} */
  #timer = null;
  /** @type {QuestionCard | undefined} */
  current;
  #isSorting = false;
  #isFolded = false;

  /**
   * @param {HTMLElement} list
   * @param {{
   *   page: Omit<CardPage, "send" | "changed">,
   *   post: (action: string, data: unknown) => Promise<any>,
   *   on: ListEvents,
   * }} options
   */
  constructor(list, { page, post, on }) {
    this.list = list;
    this.post = post;
    this.on = on;
    this.texts = page.texts;
    /** @type {CardPage} */
    this.page = {
      ...page,
      send: (card, content) => this.#send(card, content),
      changed: (card) => on.changed(card),
    };
    list.addEventListener("focusin", (event) => this.#setCurrent(this.cardOf(targetOf(event))));
    list.addEventListener("keydown", (event) => this.#onKey(event));
    list.addEventListener("click", (event) => this.#onClick(event));
    sortByDragging(list, {
      handle: ".q-card-head [data-move]",
      onMoved: (item) => this.#moved(this.#cardAt(item)),
      onStart: () => list.classList.add("q-folded"),
      onEnd: () => list.classList.toggle("q-folded", this.#isFolded),
    });
  }

  get cards() {
    return [...this.list.children].map((element) => this.#cardAt(element));
  }

  /** The questions that would be lost by leaving the page. */
  get unsaved() {
    return this.cards.filter((card) => card.autosave.isUnsaved);
  }

  get isSorting() {
    return this.#isSorting || this.#timer !== null;
  }

  /**
   * The card that holds an element, or undefined outside of the cards.
   *
   * @param {Element} element
   */
  cardOf(element) {
    const root = element.closest?.("[data-card]");
    return root ? this.#cards.get(root) : undefined;
  }

  /** @param {Element} element */
  #cardAt(element) {
    return /** @type {QuestionCard} */ (this.#cards.get(element));
  }

  /**
   * Show stored questions behind those of the page.
   *
   * @param {StoredQuestion[]} states
   */
  append(states) {
    const cards = states.map((state) => this.#make(state));
    this.list.append(...cards.map((card) => card.element));
    this.#order.push(...states.map((state) => state.id));
    this.renumber();
    return cards;
  }

  /**
   * Add an empty question behind a card, or behind all.
   *
   * @param {QuestionCard} [after]
   */
  addNew(after) {
    const card = this.#make(null);
    if (after) after.element.after(card.element);
    else this.list.append(card.element);
    this.unfold();
    this.renumber();
    card.focus();
    card.element.scrollIntoView({ block: "nearest" });
  }

  /** @param {boolean} isFolded */
  fold(isFolded) {
    this.#isFolded = isFolded;
    this.list.classList.toggle("q-folded", isFolded);
  }

  unfold() {
    if (this.#isFolded) this.on.unfolded();
    this.fold(false);
  }

  renumber() {
    this.cards.forEach((card, place) => card.number(place + 1));
    this.on.counted(this.list.childElementCount);
  }

  /** @param {StoredQuestion | null} state */
  #make(state) {
    const card = new QuestionCard(this.page, state);
    this.#cards.set(card.element, card);
    return card;
  }

  /** @param {QuestionCard | undefined} card */
  #setCurrent(card) {
    if (!card || card === this.current) return;
    this.current?.element.classList.remove("q-current");
    card.element.classList.add("q-current");
    this.current = card;
    this.on.current(card);
  }

  /** @param {QuestionCard} card @param {Content} content */
  async #send(card, content) {
    if (card.id !== null) {
      const answer = await this.post(`${card.id}/save`, { version: card.version, content });
      return answer.question;
    }
    const before = this.cards.slice(0, this.cards.indexOf(card)).findLast(({ id }) => id !== null);
    const data = { key: card.key, after: before?.id ?? null, content };
    const { question } = await this.post("create", data);
    const place = before ? this.#order.indexOf(Number(before.id)) + 1 : this.#order.length;
    this.#order.splice(place, 0, question.id);
    card.take(question);
    this.#sortSoon();
    return question;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const card = this.cardOf(targetOf(event));
    if (!card) return;
    const direction = arrowDirection(event);
    if (direction && !event.defaultPrevented) {
      event.preventDefault();
      if (moveItem(card.element, direction)) this.#moved(card);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.addNew(card);
    }
  }

  /** @param {MouseEvent} event */
  #onClick(event) {
    const card = this.cardOf(targetOf(event));
    if (!card) return;
    if (targetOf(event).closest("[data-duplicate]")) this.#duplicate(card);
    else if (targetOf(event).closest("[data-delete]")) this.#delete(card);
    else if (this.#isFolded && targetOf(event).closest("[data-heading]")) {
      this.unfold();
      card.element.scrollIntoView({ block: "center" });
      card.focus();
    }
  }

  /** @param {QuestionCard} card */
  async #duplicate(card) {
    await card.autosave.flush();
    if (card.id === null || card.autosave.isUnsaved) {
      this.on.failed(this.texts.waitForSaving);
      return;
    }
    await this.#guarded(card, async () => {
      const { question } = await this.post(`${card.id}/duplicate`, {});
      const copy = this.#make(question);
      this.#order.splice(this.#order.indexOf(Number(card.id)) + 1, 0, question.id);
      card.element.after(copy.element);
      this.renumber();
      copy.focus();
      this.on.announce(this.texts.duplicated);
      this.#sortSoon();
    });
  }

  /** @param {QuestionCard} card */
  async #delete(card) {
    await card.autosave.stop();
    const place = this.cards.indexOf(card);
    const text = interpolate(this.texts.deleted, { number: place + 1 });
    if (card.id === null) {
      this.#take(card);
      this.on.deleted(text, async () => {
        this.#putBack(card, place);
        return null;
      });
      return;
    }
    await this.#guarded(card, async () => {
      const { entry } = await this.post(`${card.id}/delete`, { version: card.version });
      this.#take(card);
      this.on.deleted(text, () => this.#restore(card, entry));
    });
  }

  /**
   * Bring a deleted question back; return the reason of a failure, or null.
   *
   * @param {QuestionCard} card
   * @param {number} entry The entry of the bin.
   */
  async #restore(card, entry) {
    try {
      const { question, order } = await this.post(`${card.id}/restore`, { entry });
      // What was typed and not saved is still in the card.
      card.take(question);
      this.#order = order.filter(
        (/** @type {number} */ id) => id === question.id || this.#order.includes(id),
      );
      const place = this.#order.indexOf(question.id);
      const next = this.cards.find(({ id }) => id !== null && this.#order.indexOf(id) > place);
      this.#putBack(card, next ? this.cards.indexOf(next) : this.cards.length);
      if (card.autosave.isUnsaved) card.autosave.flush();
      return null;
    } catch (error) {
      return this.#reason(error);
    }
  }

  /** @param {QuestionCard} card */
  #take(card) {
    const neighbour = card.element.nextElementSibling ?? card.element.previousElementSibling;
    card.element.remove();
    if (this.current === card) this.current = undefined;
    this.#order = this.#order.filter((id) => id !== card.id);
    this.renumber();
    if (neighbour) this.#setCurrent(this.cardOf(neighbour));
    this.on.changed(card);
  }

  /** @param {QuestionCard} card @param {number} place */
  #putBack(card, place) {
    this.list.insertBefore(card.element, this.list.children[place] ?? null);
    this.renumber();
    card.focus();
    this.on.announce(this.texts.restored);
    this.on.changed(card);
  }

  /** @param {QuestionCard} card */
  #moved(card) {
    this.renumber();
    const total = this.list.childElementCount;
    this.on.announce(interpolate(this.texts.moved, { number: card.place, total }));
    this.#sortSoon();
  }

  /** Store the order after a pause, when it is another one than the stored. */
  #sortSoon() {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = setTimeout(() => this.#sort(), SORT_PAUSE_MS);
    this.on.changed(null);
  }

  async #sort() {
    this.#timer = null;
    const order = this.cards.flatMap(({ id }) => (id === null ? [] : [id]));
    if (this.#isSorting || order.join() === this.#order.join()) {
      if (this.#isSorting) this.#sortSoon();
      this.on.changed(null);
      return;
    }
    this.#isSorting = true;
    try {
      await this.post("sort", { order });
      this.#order = order;
    } catch (error) {
      this.on.failed(this.#reason(error));
      const { isTemporary } = /** @type {RequestError} */ (error);
      if (isTemporary) setTimeout(() => this.#sortSoon(), 5000);
    } finally {
      this.#isSorting = false;
      this.on.changed(null);
    }
  }

  /**
   * Do something with a stored question; show a conflict in its card, another failure on the page.
   *
   * @param {QuestionCard} card
   * @param {() => Promise<void>} action
   */
  async #guarded(card, action) {
    try {
      await action();
    } catch (caught) {
      const error = /** @type {RequestError} */ (caught);
      if (error.stored) card.autosave.showConflict(error);
      else this.on.failed(this.#reason(error));
    }
  }

  /** @param {unknown} caught */
  #reason(caught) {
    const { message, kind } = /** @type {RequestError} */ (caught);
    return message || this.texts[kind] || this.texts.server;
  }
}
