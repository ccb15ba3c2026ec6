/* The bar above the tree: the fields of the program, the state of saving, the hint of an empty program. */

import { byData, pageLanguage } from "../../../portal/dom.js";
import { setText, showSwitch } from "./tree-row.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { TreeNode } from "./tree.js"
 * @import { UndoStack } from "./undo-stack.js"
 */

function timeNow() {
  return new Date().toLocaleTimeString(pageLanguage(), { hour: "2-digit", minute: "2-digit" });
}

export class Header {
  /** @param {HTMLElement} root @param {{translate: Translate}} options */
  constructor(root, { translate }) {
    this.root = root;
    this.translate = translate;
    /** When everything was saved last; null before the first time. @type {string | null} */
    this.savedAt = null;
    /** @param {string} name */
    const one = (name) => byData(root, name);
    /** @type {HTMLElement} */
    this.program = one("program");
    /** @type {HTMLElement} */
    this.problem = byData(this.program, "problem");
    this.parts = {
      learners: one("learners"),
      switch: byData(this.program, "switch"),
      word: one("switch-word"),
      state: one("state"),
      retry: one("retry-place"),
      empty: one("empty"),
      undo: one('act="undo"'),
      redo: one('act="redo"'),
    };
  }

  /**
   * The button of a field of the program.
   *
   * @param {string} name
   */
  field(name) {
    return byData(this.program, `field="${name}"`);
  }

  /**
   * Show the fields of the program.
   *
   * @param {TreeNode} root
   */
  show(root) {
    const { data } = root;
    const { parts, translate } = this;
    setText(this.field("title"), data.title);
    const duration = this.field("duration");
    setText(duration, data.duration || translate("addDuration"));
    duration.classList.toggle("b-invitation", !data.duration);
    setText(parts.learners, translate("learners", { count: data.learners ?? 0 }));
    showSwitch(parts.switch, data.isActive, translate("switchLabel", { title: data.title }));
    setText(parts.word, translate(data.isActive ? "on" : "off"));
    parts.empty.hidden = root.children.length > 0 || root.tests.length > 0;
  }

  /**
   * Show whether everything is saved, and since when.
   *
   * @param {"good" | "saving" | "bad"} kind
   * @param {string} text
   * @param {boolean} [canRetry]
   */
  showState(kind, text, canRetry = false) {
    const { state, retry } = this.parts;
    if (kind === "saving") this.savedAt = "";
    else if (kind === "good") this.savedAt = this.savedAt === "" ? timeNow() : this.savedAt;
    state.dataset.kind = kind;
    setText(state, kind === "good" && this.savedAt ? `${text}, ${this.savedAt}` : text);
    retry.hidden = !canRetry;
  }

  /**
   * Show whether there is something to undo or redo.
   *
   * @param {UndoStack} stack
   */
  showUndo({ size, undone }) {
    this.parts.undo.disabled = size === 0;
    this.parts.redo.disabled = undone === 0;
  }
}
