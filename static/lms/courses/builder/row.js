/* One row of the tree: builds it from the template and shows a node's facts in it. */

import { Tree, isTest } from "./model.js";
import { titleOf } from "./words.js";

const ICONS = { lesson: "menu_book", topic: "article", lessontest: "quiz", finaltest: "workspace_premium" };
const FILE_ICONS = { main_pdf: "picture_as_pdf", additional_video: "movie", additional_document: "description" };
const LEVELS = { lesson: 1, finaltest: 1, topic: 2, lessontest: 2, file: 3 };
const WITH_DURATION = new Set(["lesson", "topic"]);

export function iconOf(node) {
  return node.kind === "file" ? (FILE_ICONS[node.data.fileType] ?? "description") : ICONS[node.kind];
}

/** Whether rows of a kind can be opened. */
export function opens(node) {
  return node.kind === "lesson" || node.kind === "topic";
}

/** Set a text only where it differs, so that nothing is laid out anew for nothing. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Show on or off on a switch. */
export function showSwitch(button, isOn, label) {
  setAttribute(button, "aria-checked", String(isOn));
  setAttribute(button, "aria-label", label);
}

export class Row {
  constructor(node, { template, words }) {
    this.node = node;
    this.words = words;
    this.wrap = template.content.firstElementChild.cloneNode(true);
    const one = (name) => this.wrap.querySelector(`[data-${name}]`);
    this.row = one("row");
    this.below = one("below");
    this.problem = one("problem");
    this.isFilled = false;
    const names = ["handle", "toggle", "icon", "figures", "questions", "switch", "menu"];
    this.parts = Object.fromEntries(names.map((name) => [name, one(name)]));
    for (const name of ["code", "title", "duration"]) {
      this.parts[name] = this.wrap.querySelector(`[data-field="${name}"]`);
    }
    this.#prepare();
    this.refresh();
  }

  /** What never changes for this node. */
  #prepare() {
    const { node, parts } = this;
    this.wrap.dataset.kind = node.kind;
    this.wrap.dataset.uid = node.uid;
    this.row.setAttribute("aria-level", LEVELS[node.kind]);
    this.row.setAttribute("aria-selected", "false");
    if (isTest(node)) parts.handle.classList.add("b-none");
    if (!opens(node)) {
      parts.toggle.classList.add("b-none");
      this.below.remove();
    } else {
      this.row.setAttribute("aria-expanded", "false");
    }
    parts.code.hidden = node.kind !== "topic";
    parts.duration.hidden = !WITH_DURATION.has(node.kind);
    parts.icon.title = this.words(node.kind);
  }

  /** Show the facts of the node. */
  refresh() {
    const { node, parts, words } = this;
    const title = titleOf(node, words);
    setText(parts.icon, iconOf(node));
    setText(parts.title, title);
    parts.title.classList.toggle("b-nothing", !node.data.title && node.kind !== "file");
    if (node.kind === "topic") this.#showOptional(parts.code, node.data.code, words("addCode"));
    if (WITH_DURATION.has(node.kind)) {
      this.#showOptional(parts.duration, node.data.duration, words("addDuration"));
    }
    this.row.classList.toggle("b-off", !node.data.isActive);
    showSwitch(parts.switch, node.data.isActive, words("switchLabel", { title }));
    setAttribute(parts.menu, "aria-label", words("menuLabel", { title }));
    setAttribute(parts.toggle, "aria-label", words("openLabel", { title }));
    setAttribute(this.row, "aria-label", `${words(node.kind)}: ${title}`);
    if (isTest(node)) {
      parts.questions.hidden = !node.data.questionsUrl;
      if (node.data.questionsUrl) parts.questions.href = node.data.questionsUrl;
    }
    this.refreshFigures();
  }

  /** Show the counts of what the node holds. */
  refreshFigures() {
    setText(this.parts.figures, figuresOf(this.node, this.words).join(" · "));
  }

  #showOptional(button, value, invitation) {
    setText(button, value || invitation);
    button.classList.toggle("b-invitation", !value);
  }
}

function figuresOf(node, words) {
  const { data } = node;
  if (node.kind === "file") {
    const name = data.title && data.originalName !== data.title ? data.originalName : "";
    return [data.fileType ? words(data.fileType) : "", data.size ?? "", name].filter(Boolean);
  }
  if (isTest(node)) {
    const figures = [words("questions", { count: data.questions ?? 0 })];
    if (data.passingScore != null) figures.push(words("passingScore", { score: data.passingScore }));
    return figures;
  }
  const counts = Tree.counts(node);
  const figures = [];
  if (node.kind === "lesson") figures.push(words("topics", { count: counts.topic }));
  if (counts.file || node.kind === "topic") figures.push(words("files", { count: counts.file }));
  if (counts.test) figures.push(words("tests", { count: counts.test }));
  return figures;
}
