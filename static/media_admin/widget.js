/* One upload field on the page: shows the stored file, the transfer, and what went wrong. */

import { UploadError, createApi, sendBlob } from "./api.js";
import { extensionOf, fill, refusalOf, sizeText, timeText } from "./format.js";
import { uploadMemory } from "./memory.js";
import { Upload } from "./uploader.js";

const FILES_AT_ONCE = 2;
// The same file would be refused again.
const FOR_GOOD = ["upload_refused", "type_not_allowed", "upload_too_large", "target_refused"];
const waiting = [];
let running = 0;

/** Start `action` when fewer than two files are under way; the others keep their order. */
function inTurn(action) {
  waiting.push(action);
  next();
}

function next() {
  while (running < FILES_AT_ONCE && waiting.length > 0) {
    running += 1;
    const action = waiting.shift();
    Promise.resolve(action()).finally(() => {
      running -= 1;
      next();
    });
  }
}

let lastNumber = 0;

export class UploadField {
  #parts = {};
  #announced = 0;

  constructor(root) {
    lastNumber += 1;
    this.id = String(lastNumber);
    this.config = JSON.parse(root.dataset.config);
    this.texts = this.config.texts;
    this.language = document.documentElement.lang || undefined;
    this.upload = null;
    this.state = "idle";
    this.canRetry = false;
    this.stateText = "";
    this.figures = null;
    this.errorText = "";
    this.attach(root);
  }

  /** Take a new copy of the same markup: unfold rewrites the rows behind a deleted one. */
  attach(root) {
    this.root = root;
    root.dataset.uploadField = this.id;
    const one = (name) => root.querySelector(`[data-${name}]`);
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

  /** Whether another file may come here: no key, no transfer, and no message to be read. */
  get isEmpty() {
    return !this.#parts.key.value && !this.upload && !this.errorText;
  }

  /** Begin with a file that was chosen or dropped; tells when it cannot be taken. */
  take(file) {
    if (this.isActive) return;
    const refusal = refusalOf(file, this.config, this.language);
    this.errorText = refusal ?? "";
    if (refusal) {
      this.#show();
      return;
    }
    const csrf = this.root.closest("form")?.querySelector("[name=csrfmiddlewaretoken]");
    const upload = new Upload({
      file,
      target: this.config.target,
      api: createApi({ base: this.config.uploads, csrfToken: csrf?.value ?? "" }),
      send: sendBlob,
      memory: uploadMemory(this.config.scope),
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

  /** Say something that the person has to know now, beside the field. */
  complain(text) {
    this.errorText = text;
    this.#show();
    this.root.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  #start() {
    const upload = this.upload;
    inTurn(async () => {
      if (upload.state === "cancelled") return;
      try {
        const done = await upload.run();
        this.#store(done);
      } catch {
        // The state has told it: #onState showed the reason, or the person cancelled.
      }
    });
  }

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
    for (const link of this.root.querySelectorAll("[data-open]")) {
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

  #listen(root) {
    const { remove, cancel, retry } = this.#parts;
    remove.addEventListener("click", () => this.#remove());
    cancel.addEventListener("click", () => this.cancel());
    retry.addEventListener("click", () => {
      this.errorText = "";
      this.upload.state = "waiting";
      this.#onState(this.upload, "waiting");
      this.#start();
    });
    acceptDrops(root, (files) => this.offer(files));
    if (this.#parts.key.value) whenVisible(root, () => this.#askSize());
  }

  /** Take the first of the files; others go into new rows, where the form has rows. */
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

  #onState(upload, state, error = null) {
    if (upload !== this.upload && state !== "cancelled") return;
    this.state = state;
    this.stateText = this.texts[state] ?? "";
    this.canRetry = state === "failed" && !FOR_GOOD.includes(error?.code);
    if (state === "failed") this.errorText = this.#reason(error);
    this.#show();
    // A refusal is read out by the alert itself.
    if (state !== "failed") this.#announce(`${upload.file.name}: ${this.stateText}`);
  }

  #reason(error) {
    if (!(error instanceof UploadError)) return this.texts.changed;
    if (error.message && error.message !== error.code) return error.message;
    if (error.code === "part_refused") return this.texts.refused;
    return this.texts[error.code] ?? this.texts.unexpected;
  }

  #onProgress(upload, figures) {
    if (upload !== this.upload) return;
    this.figures = figures;
    this.#showFigures();
    const quarter = Math.floor((figures.loaded / figures.total) * 4);
    if (quarter <= this.#announced) return;
    this.#announced = quarter;
    this.#announce(fill(this.texts.percent, { name: upload.file.name, percent: quarter * 25 }));
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
    const text = (size) => sizeText(size, this.texts.units, this.language);
    const share = total ? Math.floor((bytes / total) * 100) : 0;
    const isMoving = this.state === "uploading" && bytesPerSecond > 0;
    bar.value = share;
    percent.textContent = total ? `${share} %` : "";
    loaded.textContent = total
      ? fill(this.texts.progress, { loaded: text(bytes), total: text(total) })
      : "";
    speed.textContent = isMoving ? fill(this.texts.speed, { size: text(bytesPerSecond) }) : "";
    left.textContent = isMoving ? timeText(secondsLeft, this.texts) : "";
  }

  #announce(text) {
    this.#parts.announce.textContent = text;
  }

  /** Ask the store for one byte: the answer tells the size, and whether the file is there. */
  async #askSize() {
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

/** Call `onFiles` with what is dropped on an element, and show that it may be dropped. */
export function acceptDrops(element, onFiles) {
  const holdsFiles = (event) => event.dataTransfer?.types.includes("Files");
  let depth = 0;
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
    onFiles([...event.dataTransfer.files]);
  });
}

function whenVisible(element, action) {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    action();
  });
  observer.observe(element);
}
