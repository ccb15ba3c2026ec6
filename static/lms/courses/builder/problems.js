/* What the server did not take: shown beside the node, with both texts; nothing typed is lost. */

import { Tree } from "./model.js";
import { titleOf } from "./words.js";

export class Problems {
  #open = new Set();

  /** `placeOf(node)` gives the element under the row; `acts` and `editAgain` come in later. */
  constructor({ templates, words, placeOf, onChange, toast, askEditor }) {
    Object.assign(this, { templates, words, placeOf, onChange, toast, askEditor });
    this.acts = null;
    this.editAgain = () => {};
    this.refresh = () => {};
  }

  /** How many decisions are open. */
  get size() {
    return this.#open.size;
  }

  /** Whether the facts of a node wait for a decision. */
  has(node) {
    return this.#open.has(node);
  }

  /** Show why an edit was not stored: `mine` are the typed fields, `base` what they replaced. */
  show(node, { error, mine, base }) {
    const earlier = node.problem ?? { mine: {}, base: {} };
    node.problem = { error, mine: { ...earlier.mine, ...mine }, base: { ...base, ...earlier.base } };
    this.#open.add(node);
    if (error.stored) this.#showStale(node);
    else this.#showInvalid(node);
    this.onChange();
  }

  /** Forget the problem of a node, as after it was deleted. */
  clear(node) {
    this.#open.delete(node);
    node.problem = null;
    const place = this.placeOf(node);
    place?.replaceChildren();
    if (place) place.hidden = true;
    this.onChange();
  }

  /** Drop the problems of nodes that are no longer there; says what was typed into them. */
  forget(nodes) {
    for (const node of nodes) {
      if (!this.#open.has(node)) continue;
      this.gone(node, node.problem.mine);
      this.clear(node);
    }
  }

  /** Say that somebody else has moved or deleted a node meanwhile. */
  gone(node, fields = {}) {
    const texts = Object.values(fields).filter((value) => typeof value === "string" && value);
    const lost = texts.length > 0 ? ` ${this.words("goneText", { text: texts.join(", ") })}` : "";
    this.toast.show(this.words("gone", { title: titleOf(node, this.words) }) + lost);
  }

  /** Say that an act was refused. */
  refused(title, error) {
    const reason = error.message || this.words(error.kind);
    this.toast.show(`${title}: ${this.words("refused", { reason })}`);
  }

  #showStale(node) {
    const { error, mine } = node.problem;
    const box = this.#box("stale");
    const one = (name) => box.querySelector(`[data-${name}]`);
    one("lead").textContent = this.words("stale");
    one("theirs-head").textContent = this.words("theirs", { name: this.words("somebody") });
    this.#list(one("mine"), mine);
    this.#list(one("theirs"), Object.fromEntries(Object.keys(mine).map((name) => [name, error.stored[name]])));
    one("keep").addEventListener("click", () => {
      this.clear(node);
      node.data.version = error.stored.version;
      this.acts.resend(node, mine, pick(error.stored, mine));
      this.editAgain(node, null);
    });
    one("take").addEventListener("click", () => {
      this.clear(node);
      Tree.take(node, error.stored);
      this.refresh(node);
      this.editAgain(node, null);
    });
    this.#place(node, box);
    this.askEditor().then((name) => {
      if (name) one("theirs-head").textContent = this.words("theirs", { name });
    });
  }

  #showInvalid(node) {
    const { error, mine, base } = node.problem;
    const box = this.#box("invalid");
    const one = (name) => box.querySelector(`[data-${name}]`);
    const reason = error.message || this.words(error.kind);
    one("lead").textContent = this.words("refused", { reason });
    this.#list(one("mine"), mine);
    const [field] = Object.keys(mine);
    const back = () => {
      this.clear(node);
      Object.assign(node.data, base);
      this.refresh(node);
    };
    one("again").hidden = field === "isActive";
    one("again").addEventListener("click", () => {
      back();
      this.editAgain(node, field, mine[field]);
    });
    one("put-back").addEventListener("click", () => {
      back();
      this.editAgain(node, null);
    });
    this.#place(node, box);
  }

  #box(name) {
    return this.templates[name].content.firstElementChild.cloneNode(true);
  }

  #place(node, box) {
    const place = this.placeOf(node);
    if (!place) return;
    place.replaceChildren(box);
    place.hidden = false;
  }

  #list(list, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = this.words(name);
      text.textContent = this.#text(value);
      list.append(term, text);
    }
  }

  #text(value) {
    if (typeof value === "boolean") return this.words(value ? "yes" : "no");
    return value || this.words("nothing");
  }
}

function pick(from, names) {
  return Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]));
}
