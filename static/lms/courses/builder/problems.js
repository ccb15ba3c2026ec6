/* Shows below a node why it was not saved, with both texts, so that nothing that was typed is lost. */

import { byData, copyTemplate } from "../../../portal/dom.js";
import { titleOf } from "./node-titles.js";
import { Tree } from "./tree.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { Toast } from "../../../portal/toast.js"
 * @import { TreeNode } from "./tree.js"
 */

/**
 * @typedef {Record<string, any>} Fields
 */

export class Problems {
  /** Nodes that wait for a decision. @type {Set<TreeNode>} */
  #open = new Set();

  /**
   * @param {{
   *   templates: {stale: HTMLTemplateElement, invalid: HTMLTemplateElement},
   *   translate: Translate,
   *   placeOf: (node: TreeNode) => HTMLElement | null | undefined,
   *   onChange: () => void,
   *   toast: Toast<any>,
   *   askEditor: () => Promise<string | null>,
   * }} parts `placeOf` gives the element under the row, `askEditor` the name of the last editor.
   */
  constructor({ templates, translate, placeOf, onChange, toast, askEditor }) {
    this.templates = templates;
    this.translate = translate;
    this.placeOf = placeOf;
    this.onChange = onChange;
    this.toast = toast;
    this.askEditor = askEditor;
    // builder.js sets these three: what they need is made later.
    /** @type {(node: TreeNode, fields: Fields, base: Fields) => void} */
    this.resend = () => {};
    /** @type {(node: TreeNode, field: string | null, text?: string) => void} */
    this.editAgain = () => {};
    /** @type {(node: TreeNode) => void} */
    this.refresh = () => {};
  }

  /** How many decisions are open. */
  get size() {
    return this.#open.size;
  }

  /**
   * Whether a node waits for a decision.
   *
   * @param {TreeNode} node
   */
  has(node) {
    return this.#open.has(node);
  }

  /**
   * Show why an edit was not saved.
   *
   * @param {TreeNode} node
   * @param {{error: any, mine: Fields, base: Fields}} problem The typed fields and what they replaced.
   */
  show(node, { error, mine, base }) {
    const earlier = node.problem ?? { mine: {}, base: {} };
    node.problem = { error, mine: { ...earlier.mine, ...mine }, base: { ...base, ...earlier.base } };
    this.#open.add(node);
    if (error.stored) this.#showStale(node, node.problem);
    else this.#showInvalid(node, node.problem);
    this.onChange();
  }

  /**
   * Forget the problem of a node, for example after it was deleted.
   *
   * @param {TreeNode} node
   */
  clear(node) {
    this.#open.delete(node);
    node.problem = null;
    const place = this.placeOf(node);
    place?.replaceChildren();
    if (place) place.hidden = true;
    this.onChange();
  }

  /**
   * Forget the problems of nodes that no longer exist; says what was typed into them.
   *
   * @param {Iterable<TreeNode>} nodes
   */
  forget(nodes) {
    for (const node of nodes) {
      if (!this.#open.has(node)) continue;
      this.gone(node, node.problem?.mine);
      this.clear(node);
    }
  }

  /**
   * Say that somebody else has moved or deleted a node in the meantime.
   *
   * @param {TreeNode} node
   * @param {Fields} [fields]
   */
  gone(node, fields = {}) {
    const texts = Object.values(fields).filter((value) => typeof value === "string" && value);
    const lost = texts.length > 0 ? ` ${this.translate("goneText", { text: texts.join(", ") })}` : "";
    this.toast.show(this.translate("gone", { title: titleOf(node, this.translate) }) + lost);
  }

  /**
   * Say that an operation was refused.
   *
   * @param {string} title
   * @param {any} error
   */
  refused(title, error) {
    const reason = error.message || this.translate(error.kind);
    this.toast.show(`${title}: ${this.translate("refused", { reason })}`);
  }

  /** @param {TreeNode} node @param {NonNullable<TreeNode["problem"]>} problem */
  #showStale(node, { error, mine }) {
    const box = this.#box("stale");
    /** @param {string} name */
    const one = (name) => byData(box, name);
    one("lead").textContent = this.translate("stale");
    one("theirs-head").textContent = this.translate("theirs", { name: this.translate("somebody") });
    this.#list(one("mine"), mine);
    this.#list(one("theirs"), pick(error.stored, mine));
    one("keep").addEventListener("click", () => {
      this.clear(node);
      node.data.version = error.stored.version;
      this.resend(node, mine, pick(error.stored, mine));
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
      if (name) one("theirs-head").textContent = this.translate("theirs", { name });
    });
  }

  /** @param {TreeNode} node @param {NonNullable<TreeNode["problem"]>} problem */
  #showInvalid(node, { error, mine, base }) {
    const box = this.#box("invalid");
    /** @param {string} name */
    const one = (name) => byData(box, name);
    const reason = error.message || this.translate(error.kind);
    one("lead").textContent = this.translate("refused", { reason });
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

  /** @param {"stale" | "invalid"} name */
  #box(name) {
    return copyTemplate(this.templates[name]);
  }

  /** @param {TreeNode} node @param {HTMLElement} box */
  #place(node, box) {
    const place = this.placeOf(node);
    if (!place) return;
    place.replaceChildren(box);
    place.hidden = false;
  }

  /** @param {HTMLElement} list @param {Fields} fields */
  #list(list, fields) {
    for (const [name, value] of Object.entries(fields)) {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = this.translate(name);
      text.textContent = this.#text(value);
      list.append(term, text);
    }
  }

  /** @param {unknown} value @returns {string} */
  #text(value) {
    if (typeof value === "boolean") return this.translate(value ? "yes" : "no");
    return value ? String(value) : this.translate("nothing");
  }
}

/** The fields of `from` that `names` has too. @param {Fields} from @param {Fields} names */
function pick(from, names) {
  return Object.fromEntries(Object.keys(names).map((name) => [name, from[name]]));
}
