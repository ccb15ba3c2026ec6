/* Uploads one file: slices it, sends parts in parallel, retries and resumes; without the DOM. */

import { UploadError } from "./api.js";

/**
 * @import { Plan, SignedRequest, UploadApi, sendBlob } from "./api.js"
 * @import { resumeStorage } from "./resume-storage.js"
 */

const ATTEMPTS = 6;
const SIGN_AHEAD = 20;
const FIRST_DELAY_MS = 1000;
const LONGEST_DELAY_MS = 30_000;
const SPEED_WINDOW_MS = 8000;
// The server has deleted what had arrived.
const LOST = ["upload_refused", "upload_failed"];

/**
 * @typedef {"waiting" | "starting" | "uploading" | "retrying" | "offline" | "checking" | "done" |
 *   "failed" | "cancelled"} UploadState
 * @typedef {{number: number, start: number, end: number}} Part
 * @typedef {{loaded: number, total: number, bytesPerSecond: number, secondsLeft: number | null}} Progress
 *
 * @typedef {object} UploadOptions
 * @property {File} file
 * @property {string} target Where the file belongs, signed by the server.
 * @property {UploadApi} api
 * @property {typeof sendBlob} send
 * @property {ReturnType<typeof resumeStorage> | null} [memory]
 * @property {number} [parallel] How many parts are sent at once.
 * @property {(state: UploadState, error: unknown) => void} [onState]
 * @property {(progress: Progress) => void} [onProgress]
 * @property {(ms: number, signal: AbortSignal) => Promise<void>} [sleep]
 * @property {(signal: AbortSignal) => Promise<unknown>} [whenOnline]
 * @property {() => boolean} [isOnline]
 * @property {() => number} [random]
 * @property {() => number} [now]
 */

/**
 * List the parts of a file of `size` bytes: number from 1, start, end (not included).
 *
 * @param {number} size
 * @param {number} partBytes
 */
export function partsOf(size, partBytes) {
  /** @type {Part[]} */
  const parts = [];
  for (let start = 0, number = 1; start < size; start += partBytes, number += 1) {
    parts.push({ number, start, end: Math.min(start + partBytes, size) });
  }
  return parts;
}

/**
 * Milliseconds before the next attempt: they double up to a limit; a random share of up to a half
 * is taken off, so that not all browsers come back at once.
 *
 * @param {number} attempt
 */
export function backoffMs(attempt, random = Math.random) {
  const bound = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return Math.round(bound / 2 + (bound / 2) * random());
}

/** Measures bytes per second over the last seconds, so that a pause does not count for long. */
export class SpeedMeter {
  /** Pairs of milliseconds and bytes. @type {[number, number][]} */
  #samples = [];

  /** @param {number} bytes @param {number} atMs */
  add(bytes, atMs) {
    this.#samples.push([atMs, bytes]);
    while (this.#samples.length > 2 && atMs - this.#samples[0][0] > SPEED_WINDOW_MS) {
      this.#samples.shift();
    }
  }

  get bytesPerSecond() {
    if (this.#samples.length < 2) return 0;
    const [firstMs, firstBytes] = this.#samples[0];
    const [lastMs, lastBytes] = this.#samples[this.#samples.length - 1];
    return lastMs > firstMs ? Math.max(0, ((lastBytes - firstBytes) * 1000) / (lastMs - firstMs)) : 0;
  }
}

/**
 * Wait; rejects with the signal's reason when it is aborted.
 *
 * @param {number} ms
 * @param {AbortSignal} signal
 * @returns {Promise<void>}
 */
function sleepFor(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Resolve once the browser says that it is online again.
 *
 * @param {AbortSignal} signal
 * @returns {Promise<unknown>}
 */
function browserOnline(signal) {
  if (globalThis.navigator?.onLine !== false) return Promise.resolve();
  return new Promise((resolve, reject) => {
    globalThis.addEventListener("online", resolve, { once: true, signal });
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/**
 * The upload of one file. run() resolves with the finished file; it may be called again after a
 * failure and then goes on with the parts that have arrived.
 */
export class Upload {
  #abort = new AbortController();
  /** Signed requests by the number of the part. @type {Map<number, SignedRequest>} */
  #signed = new Map();
  /** @type {Promise<void> | null} */
  #signing = null;
  /** ETags of the parts that have arrived. @type {Record<number, string>} */
  #etags = {};
  /** Bytes sent by the number of the part. @type {Map<number, number>} */
  #sent = new Map();
  /** @type {Plan | null} */
  #currentPlan = null;
  #meter = new SpeedMeter();

  /** @param {UploadOptions} options */
  constructor({ file, target, api, send, memory = null, parallel = 4, ...hooks }) {
    this.file = file;
    /** @type {UploadState} */
    this.state = "waiting";
    this.target = target;
    this.api = api;
    this.send = send;
    this.memory = memory;
    this.parallel = parallel;
    this.onState = hooks.onState ?? (() => {});
    this.onProgress = hooks.onProgress ?? (() => {});
    this.sleep = hooks.sleep ?? sleepFor;
    this.whenOnline = hooks.whenOnline ?? browserOnline;
    this.isOnline = hooks.isOnline ?? (() => globalThis.navigator?.onLine !== false);
    this.random = hooks.random ?? Math.random;
    this.now = hooks.now ?? (() => performance.now());
  }

  get #plan() {
    if (!this.#currentPlan) throw new Error("The upload has not begun.");
    return this.#currentPlan;
  }

  get isActive() {
    return !["done", "failed", "cancelled"].includes(this.state);
  }

  async run() {
    const controller = new AbortController();
    this.#abort = controller;
    try {
      this.#enter("starting");
      await this.#begin();
      if (this.#plan.state !== "ready") {
        this.#enter("uploading");
        await this.#sendAll();
      }
      this.#enter("checking");
      const done = await this.#persist((signal) =>
        this.api.finish(this.#plan.id, this.#etags, signal),
      );
      this.#forget();
      this.#enter("done");
      return done;
    } catch (error) {
      controller.abort(error);
      if (this.state === "cancelled") throw error;
      const isLost = error instanceof UploadError && LOST.includes(error.code);
      if (isLost) this.#forget();
      this.memory?.release(this.file);
      this.#enter("failed", error);
      throw error;
    }
  }

  /** Stop, and let the server drop what has arrived. */
  async cancel() {
    if (this.state === "done" || this.state === "cancelled") return;
    this.#enter("cancelled");
    this.#abort.abort(new DOMException("Aborted", "AbortError"));
    const id = this.#currentPlan?.id;
    this.#forget();
    if (id) await this.api.abort(id).catch(() => {}); // The purge command deletes what stays.
  }

  async #begin() {
    this.#signed.clear();
    this.#sent.clear();
    this.#etags = {};
    const known = this.#currentPlan?.id ?? this.memory?.read(this.file);
    this.#currentPlan = (known && (await this.#resumed(known))) || (await this.#fresh());
    this.#report();
  }

  /** @returns {Promise<Plan>} */
  #fresh() {
    return this.#persist(async (signal) => {
      const plan = await this.api.start(this.file, this.target, signal);
      this.memory?.write(this.file, plan.id);
      return plan;
    });
  }

  /** @param {string} id */
  async #resumed(id) {
    /** @type {Plan} */
    let plan;
    try {
      plan = await this.#persist((signal) => this.api.detail(id, signal));
    } catch (error) {
      if (!(error instanceof UploadError) || error.isTemporary) throw error;
      this.#forget();
      return null;
    }
    if (plan.size !== this.file.size || !["pending", "ready"].includes(plan.state)) {
      this.#forget();
      return null;
    }
    if (plan.state === "ready") return plan; // Only the answer to "finish" was lost.
    const sizes = new Map(
      partsOf(this.file.size, plan.partBytes).map((part) => [part.number, part.end - part.start]),
    );
    for (const part of plan.parts) {
      this.#etags[part.number] = part.etag;
      this.#sent.set(part.number, sizes.get(part.number) ?? 0);
    }
    return plan;
  }

  async #sendAll() {
    const done = new Set(Object.keys(this.#etags).map(Number));
    const queue = partsOf(this.file.size, this.#plan.partBytes).filter(
      (part) => !done.has(part.number),
    );
    const worker = async () => {
      for (let part = queue.shift(); part; part = queue.shift()) await this.#sendPart(part, queue);
    };
    try {
      await Promise.all(Array.from({ length: Math.min(this.parallel, queue.length) }, worker));
    } catch (error) {
      queue.length = 0;
      throw error;
    }
  }

  /** @param {Part} part @param {Part[]} queue */
  async #sendPart(part, queue) {
    const etag = await this.#persist(
      async (signal) => {
        const signed = await this.#signedFor(part.number, queue, signal);
        /** @param {number} loaded */
        const onProgress = (loaded) => {
          this.#sent.set(part.number, Math.min(loaded, part.end - part.start));
          this.#report();
        };
        return this.send(signed, this.file.slice(part.start, part.end), { signal, onProgress });
      },
      // A link that has expired is refused with 403; the next attempt takes a new one.
      (error) => {
        this.#sent.delete(part.number);
        this.#signed.delete(part.number);
        if (part.number === 1) this.#plan.single = null;
        return (
          error instanceof UploadError && error.code === "part_refused" && error.status === 403
        );
      },
    );
    this.#etags[part.number] = etag ?? "";
    this.#sent.set(part.number, part.end - part.start);
    this.#report();
    if (this.state !== "uploading") this.#enter("uploading");
  }

  /** @param {number} number @param {Part[]} queue @param {AbortSignal} signal */
  async #signedFor(number, queue, signal) {
    if (this.#plan.partCount === 1) {
      this.#plan.single ??= (await this.api.detail(this.#plan.id, signal)).single;
      return /** @type {SignedRequest} */ (this.#plan.single);
    }
    while (!this.#signed.has(number)) {
      this.#signing ??= this.#sign([number, ...queue.map((part) => part.number)], signal);
      await this.#signing;
    }
    return /** @type {SignedRequest} */ (this.#signed.get(number));
  }

  /** @param {number[]} numbers @param {AbortSignal} signal */
  async #sign(numbers, signal) {
    try {
      const wanted = numbers.filter((number) => !this.#signed.has(number)).slice(0, SIGN_AHEAD);
      const { parts } = await this.api.signParts(this.#plan.id, wanted, signal);
      for (const [number, signed] of Object.entries(parts)) this.#signed.set(Number(number), signed);
    } finally {
      this.#signing = null;
    }
  }

  /**
   * Try until it works, is refused permanently, or all attempts are used; time offline does not
   * count.
   *
   * @template Result
   * @param {(signal: AbortSignal) => Promise<Result>} action
   * @param {(error: unknown) => boolean} [mayRepeat]
   * @returns {Promise<Result>}
   */
  async #persist(action, mayRepeat = () => false) {
    const signal = this.#abort.signal;
    for (let attempt = 1; ; ) {
      signal.throwIfAborted();
      try {
        return await action(signal);
      } catch (error) {
        signal.throwIfAborted();
        const repeatable = mayRepeat(error) || (error instanceof UploadError && error.isTemporary);
        if (!repeatable) throw error;
        if (!this.isOnline()) {
          await this.#waitOnline(signal);
          continue;
        }
        if (attempt >= ATTEMPTS) throw error;
        await this.#pause("retrying", this.sleep(backoffMs(attempt, this.random), signal));
        attempt += 1;
      }
    }
  }

  /** @param {AbortSignal} signal */
  #waitOnline(signal) {
    return this.#pause("offline", this.whenOnline(signal));
  }

  /** @param {"retrying" | "offline"} state @param {Promise<unknown>} waiting */
  async #pause(state, waiting) {
    const before = ["retrying", "offline"].includes(this.state) ? "uploading" : this.state;
    this.#enter(state);
    await waiting;
    if (this.state === state) this.#enter(before);
  }

  /** @param {UploadState} state @param {unknown} [error] */
  #enter(state, error = null) {
    if (this.state === "cancelled") return;
    this.state = state;
    this.onState(state, error);
  }

  #report() {
    const total = this.file.size;
    const loaded = Math.min(total, [...this.#sent.values()].reduce((sum, size) => sum + size, 0));
    this.#meter.add(loaded, this.now());
    const bytesPerSecond = this.#meter.bytesPerSecond;
    const secondsLeft = bytesPerSecond > 0 ? (total - loaded) / bytesPerSecond : null;
    this.onProgress({ loaded, total, bytesPerSecond, secondsLeft });
  }

  #forget() {
    this.memory?.remove(this.file);
    this.#currentPlan = null;
  }
}
