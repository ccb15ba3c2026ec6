/* The line above the tree: the program's own fields, the state of saving, the empty page. */

import { setText, showSwitch } from "./row.js";

function timeNow() {
  const options = { hour: "2-digit", minute: "2-digit" };
  return new Date().toLocaleTimeString(document.documentElement.lang || undefined, options);
}

export class Header {
  constructor(root, { words }) {
    this.root = root;
    this.words = words;
    const one = (name) => root.querySelector(`[data-${name}]`);
    this.parts = { learners: one("learners"), switch: root.querySelector("[data-program] [data-switch]"), word: one("switch-word") };
    this.parts.state = one("state");
    this.parts.retry = one("retry-place");
    this.parts.empty = one("empty");
    this.parts.undo = root.querySelector('[data-act="undo"]');
    this.parts.redo = root.querySelector('[data-act="redo"]');
    this.program = root.querySelector("[data-program]");
    this.problem = this.program.querySelector("[data-problem]");
  }

  /** The button of a field of the program. */
  field(name) {
    return this.program.querySelector(`[data-field="${name}"]`);
  }

  /** Show the facts of the program. */
  show(root) {
    const { data } = root;
    const { parts, words } = this;
    setText(this.field("title"), data.title);
    const duration = this.field("duration");
    setText(duration, data.duration || words("addDuration"));
    duration.classList.toggle("b-invitation", !data.duration);
    setText(parts.learners, words("learners", { count: data.learners ?? 0 }));
    showSwitch(parts.switch, data.isActive, words("switchLabel", { title: data.title }));
    setText(parts.word, words(data.isActive ? "on" : "off"));
    parts.empty.hidden = root.children.length > 0 || root.tests.length > 0;
  }

  /** Show whether everything is stored: `kind` is good, saving or bad; after saving, since when. */
  showState(kind, text, canRetry = false) {
    const { state, retry } = this.parts;
    if (kind === "saving") this.savedAt = "";
    else if (kind === "good") this.savedAt = this.savedAt === "" ? timeNow() : this.savedAt;
    state.dataset.kind = kind;
    setText(state, kind === "good" && this.savedAt ? `${text}, ${this.savedAt}` : text);
    retry.hidden = !canRetry;
  }

  /** Show whether there is an act to take back, or one to do again. */
  showUndo({ size, undone }) {
    this.parts.undo.disabled = size === 0;
    this.parts.redo.disabled = undone === 0;
  }
}
