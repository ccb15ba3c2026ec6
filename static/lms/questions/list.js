/* The list of questions: adding, copying, deleting, sorting, and what is not saved yet. */

import { Card } from "./card.js";
import { fill } from "./rules.js";
import { directionOf, sortByPointer, step } from "./sort.js";

const SORT_PAUSE = 500;

export class QuestionList {
  #cards = new Map();
  #order = [];
  #timer = null;
  #isSorting = false;
  #isFolded = false;

  /**
   * `page` is what Card takes without `send` and `changed`; `post` sends a request; `on` holds
   * changed(card), current(card), announce(text), failed(text) and deleted(text, undo).
   */
  constructor(list, { page, post, on }) {
    Object.assign(this, { list, post, on, texts: page.texts });
    this.page = {
      ...page,
      send: (card, content) => this.#send(card, content),
      changed: (card) => on.changed(card),
    };
    list.addEventListener("focusin", (event) => this.#setCurrent(this.cardOf(event.target)));
    list.addEventListener("keydown", (event) => this.#onKey(event));
    list.addEventListener("click", (event) => this.#onClick(event));
    sortByPointer(list, {
      handle: ".q-card-head [data-move]",
      onMoved: (item) => this.#moved(this.cardOf(item)),
      onStart: () => list.classList.add("q-folded"),
      onEnd: () => list.classList.toggle("q-folded", this.#isFolded),
    });
  }

  get cards() {
    return [...this.list.children].map((element) => this.cardOf(element));
  }

  /** Whether leaving the page would lose something. */
  get unsaved() {
    return this.cards.filter((card) => card.saver.isUnsaved);
  }

  get isSorting() {
    return this.#isSorting || this.#timer !== null;
  }

  cardOf(element) {
    return this.#cards.get(element.closest?.("[data-card]"));
  }

  /** Show stored questions behind those of the page. */
  append(states) {
    const cards = states.map((state) => this.#make(state));
    this.list.append(...cards.map((card) => card.element));
    this.#order.push(...states.map((state) => state.id));
    this.renumber();
    return cards;
  }

  /** Add an empty question behind a card, or behind all. */
  addNew(after = null) {
    const card = this.#make(null);
    if (after) after.element.after(card.element);
    else this.list.append(card.element);
    this.unfold();
    this.renumber();
    card.focus();
    card.element.scrollIntoView({ block: "nearest" });
  }

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

  #make(state) {
    const card = new Card(this.page, state);
    this.#cards.set(card.element, card);
    return card;
  }

  #setCurrent(card) {
    if (!card || card === this.current) return;
    this.current?.element.classList.remove("q-current");
    card.element.classList.add("q-current");
    this.current = card;
    this.on.current(card);
  }

  async #send(card, content) {
    if (card.id !== null) {
      const answer = await this.post(`${card.id}/save`, { version: card.version, content });
      return answer.question;
    }
    const before = this.cards.slice(0, this.cards.indexOf(card)).findLast(({ id }) => id !== null);
    const data = { key: card.key, after: before?.id ?? null, content };
    const { question } = await this.post("create", data);
    const place = before ? this.#order.indexOf(before.id) + 1 : this.#order.length;
    this.#order.splice(place, 0, question.id);
    card.take(question);
    this.#sortSoon();
    return question;
  }

  #onKey(event) {
    const card = this.cardOf(event.target);
    if (!card) return;
    const direction = directionOf(event);
    if (direction && !event.defaultPrevented) {
      event.preventDefault();
      if (step(card.element, direction)) this.#moved(card);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.addNew(card);
    }
  }

  #onClick(event) {
    const card = this.cardOf(event.target);
    if (event.target.closest("[data-duplicate]")) this.#duplicate(card);
    else if (event.target.closest("[data-delete]")) this.#delete(card);
    else if (this.#isFolded && event.target.closest("[data-heading]")) {
      this.unfold();
      card.element.scrollIntoView({ block: "center" });
      card.focus();
    }
  }

  async #duplicate(card) {
    await card.saver.flush();
    if (card.id === null || card.saver.isUnsaved) {
      this.on.failed(this.texts.waitForSaving);
      return;
    }
    await this.#guarded(card, async () => {
      const { question } = await this.post(`${card.id}/duplicate`, {});
      const copy = this.#make(question);
      this.#order.splice(this.#order.indexOf(card.id) + 1, 0, question.id);
      card.element.after(copy.element);
      this.renumber();
      copy.focus();
      this.on.announce(this.texts.duplicated);
      this.#sortSoon();
    });
  }

  async #delete(card) {
    await card.saver.stop();
    const place = this.cards.indexOf(card);
    const text = fill(this.texts.deleted, { number: place + 1 });
    if (card.id === null) {
      this.#take(card);
      this.on.deleted(text, async () => this.#putBack(card, place));
      return;
    }
    await this.#guarded(card, async () => {
      const { entry } = await this.post(`${card.id}/delete`, { version: card.version });
      this.#take(card);
      this.on.deleted(text, () => this.#restore(card, entry));
    });
  }

  /** Bring a deleted question back; return why that failed, or nothing. */
  async #restore(card, entry) {
    try {
      const { question, order } = await this.post(`${card.id}/restore`, { entry });
      // What was typed and not saved is still in the card.
      card.take(question);
      this.#order = order.filter((id) => id === question.id || this.#order.includes(id));
      const place = this.#order.indexOf(question.id);
      const next = this.cards.find(({ id }) => this.#order.indexOf(id) > place);
      this.#putBack(card, next ? this.cards.indexOf(next) : this.cards.length);
      if (card.saver.isUnsaved) card.saver.flush();
      return null;
    } catch (error) {
      return error.message || this.texts[error.kind] || this.texts.server;
    }
  }

  #take(card) {
    const neighbour = card.element.nextElementSibling ?? card.element.previousElementSibling;
    card.element.remove();
    if (this.current === card) this.current = undefined;
    this.#order = this.#order.filter((id) => id !== card.id);
    this.renumber();
    if (neighbour) this.#setCurrent(this.cardOf(neighbour));
    this.on.changed(card);
  }

  #putBack(card, place) {
    this.list.insertBefore(card.element, this.list.children[place] ?? null);
    this.renumber();
    card.focus();
    this.on.announce(this.texts.restored);
    this.on.changed(card);
  }

  #moved(card) {
    this.renumber();
    const total = this.list.childElementCount;
    this.on.announce(fill(this.texts.moved, { number: card.place, total }));
    this.#sortSoon();
  }

  /** Store the order after a pause, when it is another one than the stored. */
  #sortSoon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#sort(), SORT_PAUSE);
    this.on.changed(null);
  }

  async #sort() {
    this.#timer = null;
    const order = this.cards.map(({ id }) => id).filter((id) => id !== null);
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
      this.on.failed(error.message || this.texts[error.kind] || this.texts.server);
      if (error.mayPass) setTimeout(() => this.#sortSoon(), 5000);
    } finally {
      this.#isSorting = false;
      this.on.changed(null);
    }
  }

  /** Run an act on a stored question; show a conflict in its card, another failure on the page. */
  async #guarded(card, act) {
    try {
      await act();
    } catch (error) {
      if (error.kind === "conflict" && error.stored) card.saver.meet(error);
      else this.on.failed(error.message || this.texts[error.kind] || this.texts.server);
    }
  }
}
