/* Files on their way into topics: straight to the store, two at a time, a bar for each. */

import { UploadError, createApi, sendBlob } from "../../../media_admin/api.js";
import { fill, refusalOf, sizeText, timeText } from "../../../media_admin/format.js";
import { uploadMemory } from "../../../media_admin/memory.js";
import { Upload } from "../../../media_admin/uploader.js";

const AT_ONCE = 2;
// The same file would be refused again.
const FOR_GOOD = ["upload_refused", "type_not_allowed", "upload_too_large", "target_refused"];

export class Uploads {
  #waiting = [];
  #running = 0;
  #active = new Set();

  /** `config` is that of the upload widget; `onDone(topic, file)` takes a finished file. */
  constructor({ config, csrfToken, template, view, tree, onDone, onChange = () => {} }) {
    Object.assign(this, { config, csrfToken, template, view, tree, onDone, onChange });
    this.language = document.documentElement.lang || undefined;
  }

  /** How many files are not there yet. */
  get size() {
    return this.#active.size;
  }

  /** Take files that were chosen for, or dropped on, a topic. */
  take(topic, files) {
    this.view.setOpen(topic, true);
    for (const file of files) this.#add(topic, file);
  }

  #add(topic, file) {
    const element = this.template.content.firstElementChild.cloneNode(true);
    const one = (name) => element.querySelector(`[data-${name}]`);
    const parts = { text: one("text"), bar: one("bar"), again: one("again"), cancel: one("cancel") };
    one("name").textContent = file.name;
    parts.bar.setAttribute("aria-label", file.name);
    const container = this.view.containerOf(topic);
    container.insertBefore(element, container.querySelector(":scope > [data-add-line]"));
    const entry = { topic, file, element, parts, upload: null };
    parts.cancel.addEventListener("click", () => this.#cancel(entry));
    parts.again.addEventListener("click", () => this.#start(entry));
    const refusal = refusalOf(file, this.config, this.language);
    if (refusal) this.#fail(entry, refusal, false);
    else this.#start(entry);
  }

  #start(entry) {
    entry.element.classList.remove("b-failed");
    entry.parts.again.hidden = true;
    entry.upload ??= this.#uploadOf(entry);
    entry.upload.state = "waiting";
    entry.parts.text.textContent = this.config.texts.waiting;
    this.#active.add(entry);
    this.onChange();
    this.#waiting.push(entry);
    this.#next();
  }

  #uploadOf(entry) {
    const { config } = this;
    return new Upload({
      file: entry.file,
      target: config.target,
      api: createApi({ base: config.uploads, csrfToken: this.csrfToken() }),
      send: sendBlob,
      memory: uploadMemory(config.scope),
      parallel: config.parallel,
      onState: (state) => {
        entry.parts.text.textContent = config.texts[state] ?? "";
      },
      onProgress: (figures) => this.#showProgress(entry, figures),
    });
  }

  #next() {
    while (this.#running < AT_ONCE && this.#waiting.length > 0) {
      this.#running += 1;
      this.#run(this.#waiting.shift()).finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  async #run(entry) {
    if (entry.upload.state === "cancelled") return;
    try {
      const done = await entry.upload.run();
      this.#finish(entry);
      if (this.tree.has(entry.topic)) this.onDone(entry.topic, done);
    } catch (error) {
      if (entry.upload.state !== "cancelled") {
        this.#fail(entry, this.#reason(error), !FOR_GOOD.includes(error.code));
      }
    }
  }

  #reason(error) {
    const { texts } = this.config;
    if (!(error instanceof UploadError)) return texts.changed;
    if (error.message && error.message !== error.code) return error.message;
    if (error.code === "part_refused") return texts.refused;
    return texts[error.code] ?? texts.unexpected;
  }

  #fail(entry, text, mayRetry) {
    entry.parts.text.textContent = text;
    entry.element.classList.add("b-failed");
    entry.parts.again.hidden = !mayRetry;
    this.#active.delete(entry);
    this.onChange();
  }

  #cancel(entry) {
    entry.upload?.cancel();
    this.#finish(entry);
    this.view.focus(entry.topic);
  }

  #finish(entry) {
    this.#active.delete(entry);
    entry.element.remove();
    this.onChange();
  }

  #showProgress(entry, { loaded, total, bytesPerSecond, secondsLeft }) {
    const { texts } = this.config;
    const size = (bytes) => sizeText(bytes, texts.units, this.language);
    entry.parts.bar.value = total ? Math.floor((loaded / total) * 100) : 0;
    const figures = [fill(texts.progress, { loaded: size(loaded), total: size(total) })];
    if (bytesPerSecond > 0) {
      figures.push(fill(texts.speed, { size: size(bytesPerSecond) }));
      figures.push(timeText(secondsLeft, texts));
    }
    entry.parts.text.textContent = figures.filter(Boolean).join(" · ");
  }
}

/** Let files be dropped on topics: `topicAt(element)` finds one, `onFiles(topic, files)` takes them. */
export function acceptFileDrops(root, { topicAt, rowOf, onFiles }) {
  let marked = null;
  const mark = (topic) => {
    if (marked === topic) return;
    if (marked) rowOf(marked)?.wrap.classList.remove("b-over");
    marked = topic;
    if (marked) rowOf(marked)?.wrap.classList.add("b-over");
  };
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  // A file dropped beside a topic would replace the page by itself.
  addEventListener("dragover", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const topic = root.contains(event.target) ? topicAt(event.target) : null;
    event.dataTransfer.dropEffect = topic ? "copy" : "none";
    mark(topic);
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(null);
  });
  addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const topic = root.contains(event.target) ? topicAt(event.target) : null;
    mark(null);
    if (topic) onFiles(topic, [...event.dataTransfer.files]);
  });
}
