/* One upload field on the page: shows the stored file, the transfer, and what went wrong. */

import { byData, pageLanguage } from "../portal/dom.js";
import { interpolate } from "../portal/messages.js";
import { createApi, failureText, sendBlob } from "./api.js";
import { limitConcurrency } from "./concurrency.js";
import { extensionOf, refusalOf, sizeText, timeText } from "./format.js";
import { resumeStorage } from "./resume-storage.js";
import { Upload } from "./uploader.js";

/**
 * @import { FinishedFile } from "./api.js"
 * @import { Progress, UploadState } from "./uploader.js"
 */

const startInTurn = limitConcurrency(2);

let lastNumber = 0;

export class UploadField {
  /** @type {Record<string, any>} */
  #parts = {};
  #announced = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    lastNumber += 1;
    this.id = String(lastNumber);
    this.config = JSON.parse(root.dataset.config ?? "");
    this.texts = this.config.texts;
    this.language = pageLanguage();
    /** @type {Upload | null} */
    this.upload = null;
    this.state = "idle";
    this.canRetry = false;
    this.stateText = "";
    /** @type {Progress | null} */
    this.figures = null;
    this.errorText = "";
    this.attach(root);
  }

  /**
   * Use a new copy of the same markup: unfold rewrites the rows behind a deleted one.
   *
   * @param {HTMLElement} root
   */
  attach(root) {
    this.root = root;
    root.dataset.uploadField = this.id;
    /** @param {string} name */
    const one = (name) => byData(root, name);
    const names = ["key", "current", "picture", "image", "name", "facts", "remove", "transfer", "file"];
    names.push("state", "bar", "percent", "loaded", "speed", "left", "retry", "cancel", "choice");
    names.push("input", "choose", "replace", "error", "announce");
    for (const name of names) this.#parts[name] = one(name);
    this.#listen(root);
    this.#show();
  }

  get isActive() {
    return this.upload?.isActive ?? false;
  }

  /** Whether a file can be put here: there is no stored file, no transfer and no message. */
  get isEmpty() {
    return !this.#parts.key.value && !this.upload && !this.errorText;
  }

  /**
   * Upload a file that was chosen or dropped; show the reason when it cannot be uploaded.
   *
   * @param {File} file
   */
  take(file) {
    if (this.isActive) return;
    const refusal = refusalOf(file, this.config, this.language);
    this.errorText = refusal ?? "";
    if (refusal) {
      this.#show();
      return;
    }
    /** @type {HTMLInputElement | null | undefined} */
    const csrf = this.root.closest("form")?.querySelector("[name=csrfmiddlewaretoken]");
    /** @type {Upload} */
    const upload = new Upload({
      file,
      target: this.config.target,
      api: createApi({ base: this.config.uploads, csrfToken: csrf?.value ?? "" }),
      send: sendBlob,
      memory: resumeStorage(this.config.scope),
      parallel: this.config.parallel,
      onState: (state, error) => this.#onState(upload, state, error),
      onProgress: (figures) => this.#onProgress(upload, figures),
    });
    this.upload = upload;
    this.figures = null;
    this.#announced = 0;
    this.#onState(upload, "waiting");
    this.#start();
  }

  cancel() {
    const upload = this.upload;
    if (!upload) return;
    upload.cancel();
    if (upload === this.upload) this.upload = null;
    this.#show();
    this.#parts.input.focus();
  }

  /**
   * Show a message beside the field and scroll to it.
   *
   * @param {string} text
   */
  showError(text) {
    this.errorText = text;
    this.#show();
    this.root.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  #start() {
    const upload = this.upload;
    if (!upload) return;
    startInTurn(async () => {
      if (upload.state === "cancelled") return;
      try {
        const done = await upload.run();
        this.#store(done);
      } catch {
        // #onState() has shown the reason, or the person has cancelled.
      }
    });
  }

  /** @param {FinishedFile} done */
  #store(done) {
    this.upload = null;
    this.errorText = "";
    const { key } = this.#parts;
    key.value = done.key;
    key.dispatchEvent(new Event("change", { bubbles: true }));
    const address = `${this.config.preview}?key=${encodeURIComponent(done.key)}`;
    const isPicture = this.config.pictures.includes(extensionOf(done.name));
    this.#parts.name.textContent = done.name;
    const size = sizeText(done.size, this.texts.units, this.language);
    this.#parts.facts.textContent = `${size} · ${this.texts.done}`;
    /** @type {NodeListOf<HTMLAnchorElement>} */
    const links = this.root.querySelectorAll("[data-open]");
    for (const link of links) {
      link.href = address;
      link.hidden = link === this.#parts.picture && !isPicture;
    }
    if (isPicture) this.#parts.image.src = address;
    else this.#parts.image.removeAttribute("src");
    this.#show();
  }

  #remove() {
    const { key } = this.#parts;
    key.value = "";
    key.dispatchEvent(new Event("change", { bubbles: true }));
    this.errorText = "";
    this.stateText = "";
    this.#show();
    this.#announce(this.texts.removed);
    this.#parts.input.focus();
  }

  /** @param {HTMLElement} root */
  #listen(root) {
    const { remove, cancel, retry } = this.#parts;
    remove.addEventListener("click", () => this.#remove());
    cancel.addEventListener("click", () => this.cancel());
    retry.addEventListener("click", () => {
      if (!this.upload) return;
      this.errorText = "";
      this.upload.state = "waiting";
      this.#onState(this.upload, "waiting");
      this.#start();
    });
    acceptDrops(root, (files) => this.offer(files));
    if (this.#parts.key.value) whenVisible(root, () => this.#askSize());
  }

  /**
   * Upload the first of the files; the others go into new rows, where the form has rows.
   *
   * @param {File[]} files
   */
  offer(files) {
    if (files.length === 0 || this.isActive) return;
    const detail = { files: files.slice(1), field: this };
    this.take(files[0]);
    if (detail.files.length === 0) return;
    if (this.#parts.input.multiple) {
      this.root.dispatchEvent(new CustomEvent("direct-upload:more", { bubbles: true, detail }));
    } else {
      this.errorText ||= this.texts.tooMany;
      this.#show();
    }
  }

  /** @param {Upload} upload @param {UploadState} state @param {any} [error] */
  #onState(upload, state, error = null) {
    if (upload !== this.upload && state !== "cancelled") return;
    this.state = state;
    this.stateText = this.texts[state] ?? "";
    this.canRetry = state === "failed" && !error?.isPermanent;
    if (state === "failed") this.errorText = failureText(error, this.texts);
    this.#show();
    // Screen readers read the alert with the reason themselves.
    if (state !== "failed") this.#announce(`${upload.file.name}: ${this.stateText}`);
  }

  /** @param {Upload} upload @param {Progress} figures */
  #onProgress(upload, figures) {
    if (upload !== this.upload) return;
    this.figures = figures;
    this.#showFigures();
    const quarter = Math.floor((figures.loaded / figures.total) * 4);
    if (quarter <= this.#announced) return;
    this.#announced = quarter;
    this.#announce(interpolate(this.texts.percent, { name: upload.file.name, percent: quarter * 25 }));
  }

  #show() {
    const parts = this.#parts;
    const { upload } = this;
    const hasKey = Boolean(parts.key.value);
    parts.transfer.hidden = !upload;
    parts.current.hidden = !hasKey;
    parts.choice.hidden = this.isActive;
    parts.choose.hidden = hasKey;
    parts.replace.hidden = !hasKey;
    parts.retry.hidden = !this.canRetry;
    parts.file.textContent = upload?.file.name ?? "";
    parts.state.textContent = upload ? this.stateText : "";
    parts.error.textContent = this.errorText;
    parts.error.hidden = !this.errorText;
    this.root.classList.toggle("direct-upload-failed", Boolean(this.errorText));
    this.#showFigures();
  }

  #showFigures() {
    const { bar, percent, loaded, speed, left } = this.#parts;
    const { total = 0, loaded: bytes = 0, bytesPerSecond = 0, secondsLeft = null } = this.figures ?? {};
    /** @param {number} size */
    const text = (size) => sizeText(size, this.texts.units, this.language);
    const share = total ? Math.floor((bytes / total) * 100) : 0;
    const isMoving = this.state === "uploading" && bytesPerSecond > 0;
    bar.value = share;
    percent.textContent = total ? `${share} %` : "";
    loaded.textContent = total
      ? interpolate(this.texts.progress, { loaded: text(bytes), total: text(total) })
      : "";
    speed.textContent = isMoving ? interpolate(this.texts.speed, { size: text(bytesPerSecond) }) : "";
    left.textContent = isMoving ? timeText(secondsLeft, this.texts) : "";
  }

  /** @param {string} text */
  #announce(text) {
    this.#parts.announce.textContent = text;
  }

  /** Ask the store for one byte; the response tells the size, and whether the file exists. */
  async #askSize() {
    /** @type {HTMLAnchorElement | null} */
    const link = this.root.querySelector(".direct-upload-actions [data-open]");
    const { key, facts } = this.#parts;
    const asked = key.value;
    if (!link?.href.startsWith(globalThis.location.origin)) return;
    const answer = await fetch(link.href, { headers: { Range: "bytes=0-0" } }).catch(() => null);
    answer?.body?.cancel().catch(() => {});
    if (key.value !== asked || !answer) return;
    const total = Number(answer.headers.get("Content-Range")?.split("/")[1]);
    if (answer.status === 404) facts.textContent = this.texts.missing;
    else if (total) facts.textContent = sizeText(total, this.texts.units, this.language);
  }
}

/**
 * Call `onFiles` with files that are dropped on an element, and mark it while they are above it.
 *
 * @param {HTMLElement} element
 * @param {(files: File[]) => void} onFiles
 */
export function acceptDrops(element, onFiles) {
  /** @param {DragEvent} event */
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
  /** @param {number} change */
  const mark = (change) => {
    depth = Math.max(0, depth + change);
    element.classList.toggle("direct-upload-over", depth > 0);
  };
  element.addEventListener("dragenter", (event) => holdsFiles(event) && mark(1));
  element.addEventListener("dragleave", (event) => holdsFiles(event) && mark(-1));
  element.addEventListener("dragover", (event) => holdsFiles(event) && event.preventDefault());
  element.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    mark(-depth);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
}

/** @param {Element} element @param {() => void} action */
function whenVisible(element, action) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    action();
  });
  observer.observe(element);
}
