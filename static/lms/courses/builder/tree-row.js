/* One row of the tree: copies the template and shows the fields of a node in it. */

import { byData, copyTemplate } from "../../../portal/dom.js";
import { titleOf } from "./node-titles.js";
import { Tree, isTest } from "./tree.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { TreeNode } from "./tree.js"
 */

/** @type {Record<string, string>} */
const ICONS = { lesson: "menu_book", topic: "article", lessontest: "quiz", finaltest: "workspace_premium" };
/** @type {Record<string, string>} */
const FILE_ICONS = { main_pdf: "picture_as_pdf", additional_video: "movie", additional_document: "description" };
/** @type {Record<string, number>} */
const LEVELS = { lesson: 1, finaltest: 1, topic: 2, lessontest: 2, file: 3 };
const WITH_DURATION = new Set(["lesson", "topic"]);

/** @param {TreeNode} node */
export function iconOf(node) {
  return node.kind === "file" ? (FILE_ICONS[node.data.fileType] ?? "description") : ICONS[node.kind];
}

/**
 * Whether the row of a node can be opened.
 *
 * @param {TreeNode} node
 */
export function canOpen(node) {
  return node.kind === "lesson" || node.kind === "topic";
}

/**
 * Set a text only where it differs, so that the browser lays out no more than it must.
 *
 * @param {Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** @param {Element} element @param {string} name @param {string} value */
function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/**
 * Show on or off on a switch.
 *
 * @param {Element} button
 * @param {boolean} isOn
 * @param {string} label
 */
export function showSwitch(button, isOn, label) {
  setAttribute(button, "aria-checked", String(isOn));
  setAttribute(button, "aria-label", label);
}

export class TreeRow {
  /** @param {TreeNode} node @param {{template: HTMLTemplateElement, translate: Translate}} options */
  constructor(node, { template, translate }) {
    this.node = node;
    this.translate = translate;
    this.wrap = copyTemplate(template);
    /** @param {string} name */
    const one = (name) => byData(this.wrap, name);
    /** @type {HTMLElement} */
    this.row = one("row");
    /** @type {HTMLElement} */
    this.below = one("below");
    /** @type {HTMLElement} */
    this.problem = one("problem");
    this.isFilled = false;
    const names = ["handle", "toggle", "icon", "figures", "questions", "switch", "menu"];
    /** @type {Record<string, any>} */
    this.parts = Object.fromEntries(names.map((name) => [name, one(name)]));
    for (const name of ["code", "title", "duration"]) {
      this.parts[name] = this.wrap.querySelector(`[data-field="${name}"]`);
    }
    this.#prepare();
    this.refresh();
  }

  /** Show what never changes for this node. */
  #prepare() {
    const { node, parts } = this;
    this.wrap.dataset.kind = node.kind;
    this.wrap.dataset.uid = node.uid;
    this.row.setAttribute("aria-level", String(LEVELS[node.kind]));
    this.row.setAttribute("aria-selected", "false");
    if (isTest(node)) parts.handle.classList.add("b-none");
    if (!canOpen(node)) {
      parts.toggle.classList.add("b-none");
      this.below.remove();
    } else {
      this.row.setAttribute("aria-expanded", "false");
    }
    parts.code.hidden = node.kind !== "topic";
    parts.duration.hidden = !WITH_DURATION.has(node.kind);
    parts.icon.title = this.translate(node.kind);
  }

  /** Show the fields of the node. */
  refresh() {
    const { node, parts, translate } = this;
    const title = titleOf(node, translate);
    setText(parts.icon, iconOf(node));
    setText(parts.title, title);
    parts.title.classList.toggle("b-nothing", !node.data.title && node.kind !== "file");
    if (node.kind === "topic") this.#showOptional(parts.code, node.data.code, translate("addCode"));
    if (WITH_DURATION.has(node.kind)) {
      this.#showOptional(parts.duration, node.data.duration, translate("addDuration"));
    }
    this.row.classList.toggle("b-off", !node.data.isActive);
    showSwitch(parts.switch, node.data.isActive, translate("switchLabel", { title }));
    setAttribute(parts.menu, "aria-label", translate("menuLabel", { title }));
    setAttribute(parts.toggle, "aria-label", translate("openLabel", { title }));
    setAttribute(this.row, "aria-label", `${translate(node.kind)}: ${title}`);
    if (isTest(node)) {
      parts.questions.hidden = !node.data.questionsUrl;
      if (node.data.questionsUrl) parts.questions.href = node.data.questionsUrl;
    }
    this.refreshFigures();
  }

  /** Show the counts of what the node holds. */
  refreshFigures() {
    setText(this.parts.figures, figuresOf(this.node, this.translate).join(" · "));
  }

  /** @param {Element} button @param {string} value @param {string} invitation Shown while it is empty. */
  #showOptional(button, value, invitation) {
    setText(button, value || invitation);
    button.classList.toggle("b-invitation", !value);
  }
}

/** @param {TreeNode} node @param {Translate} translate @returns {string[]} */
function figuresOf(node, translate) {
  const { data } = node;
  if (node.kind === "file") {
    const name = data.title && data.originalName !== data.title ? data.originalName : "";
    return [data.fileType ? translate(data.fileType) : "", data.size ?? "", name].filter(Boolean);
  }
  if (isTest(node)) {
    const figures = [translate("questions", { count: data.questions ?? 0 })];
    if (data.passingScore != null) figures.push(translate("passingScore", { score: data.passingScore }));
    return figures;
  }
  const counts = Tree.counts(node);
  const figures = [];
  if (node.kind === "lesson") figures.push(translate("topics", { count: counts.topic }));
  if (counts.file || node.kind === "topic") figures.push(translate("files", { count: counts.file }));
  if (counts.test) figures.push(translate("tests", { count: counts.test }));
  return figures;
}
