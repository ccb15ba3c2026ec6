/* Uploads into topics: straight to the object store, two at a time, with a progress bar for each. */

import { createApi, failureText, sendBlob } from "../../../media_admin/api.js";
import { limitConcurrency } from "../../../media_admin/concurrency.js";
import { refusalOf, sizeText, timeText } from "../../../media_admin/format.js";
import { resumeStorage } from "../../../media_admin/resume-storage.js";
import { Upload } from "../../../media_admin/uploader.js";
import { byData, copyTemplate, pageLanguage, targetOf } from "../../../portal/dom.js";
import { interpolate } from "../../../portal/messages.js";

/**
 * @import { FinishedFile } from "../../../media_admin/api.js"
 * @import { Progress } from "../../../media_admin/uploader.js"
 * @import { TreeView } from "./tree-view.js"
 * @import { Tree, TreeNode } from "./tree.js"
 */

/**
 * @typedef {object} Entry One file on the page.
 * @property {TreeNode} topic
 * @property {File} file
 * @property {HTMLElement} element
 * @property {Record<string, any>} parts
 * @property {Upload | null} upload
 */

export class Uploads {
  #startInTurn = limitConcurrency(2);
  /** @type {Set<Entry>} */
  #active = new Set();

  /**
   * @param {{
   *   config: any,
   *   csrfToken: () => string,
   *   template: HTMLTemplateElement,
   *   view: TreeView,
   *   tree: Tree,
   *   onDone: (topic: TreeNode, file: FinishedFile) => void,
   *   onChange?: () => void,
   * }} options `config` is that of the upload widget.
   */
  constructor({ config, csrfToken, template, view, tree, onDone, onChange = () => {} }) {
    this.config = config;
    this.csrfToken = csrfToken;
    this.template = template;
    this.view = view;
    this.tree = tree;
    this.onDone = onDone;
    this.onChange = onChange;
    this.language = pageLanguage();
  }

  /** How many files are not uploaded yet. */
  get size() {
    return this.#active.size;
  }

  /**
   * Upload files that were chosen for a topic, or dropped on it.
   *
   * @param {TreeNode} topic
   * @param {File[]} files
   */
  take(topic, files) {
    this.view.setOpen(topic, true);
    for (const file of files) this.#add(topic, file);
  }

  /** @param {TreeNode} topic @param {File} file */
  #add(topic, file) {
    const element = copyTemplate(this.template);
    /** @param {string} name */
    const one = (name) => byData(element, name);
    const parts = { text: one("text"), bar: one("bar"), again: one("again"), cancel: one("cancel") };
    one("name").textContent = file.name;
    parts.bar.setAttribute("aria-label", file.name);
    const container = this.view.containerOf(topic);
    const line = container?.querySelector(":scope > [data-add-line]") ?? null;
    container?.insertBefore(element, line);
    /** @type {Entry} */
    const entry = { topic, file, element, parts, upload: null };
    parts.cancel.addEventListener("click", () => this.#cancel(entry));
    parts.again.addEventListener("click", () => this.#start(entry));
    const refusal = refusalOf(file, this.config, this.language);
    if (refusal) this.#fail(entry, refusal, false);
    else this.#start(entry);
  }

  /** @param {Entry} entry */
  #start(entry) {
    entry.element.classList.remove("b-failed");
    entry.parts.again.hidden = true;
    const upload = (entry.upload ??= this.#uploadOf(entry));
    upload.state = "waiting";
    entry.parts.text.textContent = this.config.texts.waiting;
    this.#active.add(entry);
    this.onChange();
    this.#startInTurn(() => this.#run(entry, upload));
  }

  /** @param {Entry} entry */
  #uploadOf(entry) {
    const { config } = this;
    return new Upload({
      file: entry.file,
      target: config.target,
      api: createApi({ base: config.uploads, csrfToken: this.csrfToken() }),
      send: sendBlob,
      memory: resumeStorage(config.scope),
      parallel: config.parallel,
      onState: (state) => {
        entry.parts.text.textContent = config.texts[state] ?? "";
      },
      onProgress: (figures) => this.#showProgress(entry, figures),
    });
  }

  /** @param {Entry} entry @param {Upload} upload */
  async #run(entry, upload) {
    if (upload.state === "cancelled") return;
    try {
      const done = await upload.run();
      this.#finish(entry);
      if (this.tree.has(entry.topic)) this.onDone(entry.topic, done);
    } catch (error) {
      if (isCancelled(upload)) return;
      const { isPermanent } = /** @type {{isPermanent?: boolean}} */ (error);
      this.#fail(entry, failureText(error, this.config.texts), !isPermanent);
    }
  }

  /** @param {Entry} entry @param {string} text @param {boolean} mayRetry */
  #fail(entry, text, mayRetry) {
    entry.parts.text.textContent = text;
    entry.element.classList.add("b-failed");
    entry.parts.again.hidden = !mayRetry;
    this.#active.delete(entry);
    this.onChange();
  }

  /** @param {Entry} entry */
  #cancel(entry) {
    entry.upload?.cancel();
    this.#finish(entry);
    this.view.focus(entry.topic);
  }

  /** @param {Entry} entry */
  #finish(entry) {
    this.#active.delete(entry);
    entry.element.remove();
    this.onChange();
  }

  /** @param {Entry} entry @param {Progress} progress */
  #showProgress(entry, { loaded, total, bytesPerSecond, secondsLeft }) {
    const { texts } = this.config;
    /** @param {number} bytes */
    const size = (bytes) => sizeText(bytes, texts.units, this.language);
    entry.parts.bar.value = total ? Math.floor((loaded / total) * 100) : 0;
    const figures = [interpolate(texts.progress, { loaded: size(loaded), total: size(total) })];
    if (bytesPerSecond > 0) {
      figures.push(interpolate(texts.speed, { size: size(bytesPerSecond) }));
      figures.push(timeText(secondsLeft, texts));
    }
    entry.parts.text.textContent = figures.filter(Boolean).join(" · ");
  }
}

/** @param {Upload} upload */
function isCancelled(upload) {
  return upload.state === "cancelled";
}

/**
 * Let files be dropped on topics.
 *
 * @param {HTMLElement} root
 * @param {{
 *   topicAt: (element: Element) => TreeNode | null,
 *   rowOf: (topic: TreeNode) => {wrap: HTMLElement} | undefined,
 *   onFiles: (topic: TreeNode, files: File[]) => void,
 * }} options
 */
export function acceptFileDrops(root, { topicAt, rowOf, onFiles }) {
  /** @type {TreeNode | null} */
  let marked = null;
  /** @param {TreeNode | null} topic */
  const mark = (topic) => {
    if (marked === topic) return;
    if (marked) rowOf(marked)?.wrap.classList.remove("b-over");
    marked = topic;
    if (marked) rowOf(marked)?.wrap.classList.add("b-over");
  };
  /** @param {Event} event */
  const topicOf = (event) => {
    const target = targetOf(event);
    return root.contains(target) ? topicAt(target) : null;
  };
  /** @param {DragEvent} event */
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  // A file dropped beside a topic would replace the page by itself.
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const topic = topicOf(event);
    if (event.dataTransfer) event.dataTransfer.dropEffect = topic ? "copy" : "none";
    mark(topic);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(null);
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const topic = topicOf(event);
    mark(null);
    if (topic) onFiles(topic, [...(event.dataTransfer?.files ?? [])]);
  });
}
