/* Saves one question after a pause in typing, one request at a time, again after a lost connection. */

/** @import { RequestError } from "../../portal/http.js" */

const PAUSE_MS = 700;
const FIRST_RETRY_MS = 3000;
const LONGEST_RETRY_MS = 30_000;

/**
 * @typedef {"saved" | "unsaved" | "saving" | "failed" | "conflict"} SaveState
 * @typedef {{setTimeout: (action: () => unknown, ms: number) => any, clearTimeout: (timer: any) => void}} Timers
 */

export class Autosave {
  /** @type {any} */
  #timer = null;
  /** @type {Promise<void> | null} */
  #running = null;
  #isDirty = false;
  #retryMs = FIRST_RETRY_MS;

  /**
   * `check` returns the reason why the question cannot be sent, or null; `send` saves it; `onState`
   * gets each new state with the reason or the error.
   *
   * @param {{
   *   check: () => string | null,
   *   send: () => Promise<unknown>,
   *   onState: (state: SaveState, reason?: any) => void,
   *   pause?: number,
   *   timers?: Timers,
   * }} options
   */
  constructor({ check, send, onState, pause = PAUSE_MS, timers = globalThis }) {
    this.check = check;
    this.send = send;
    this.onState = onState;
    this.pause = pause;
    this.timers = timers;
    /** @type {SaveState} */
    this.state = "saved";
  }

  /** Whether leaving the page would lose something. */
  get isUnsaved() {
    return this.#isDirty || this.#running !== null;
  }

  /** Note that something was typed, and save it after the pause. */
  touch() {
    this.#isDirty = true;
    if (this.state === "conflict") return;
    if (!this.#running) this.#setState("unsaved");
    this.#schedule(this.pause);
  }

  /** Save now; the promise ends when there is nothing more to send at the moment. */
  async flush() {
    this.#stopTimer();
    while (this.#running) await this.#running;
    if (!this.#isDirty || this.state === "conflict") return;
    const reason = this.check();
    if (reason) {
      this.#setState("failed", reason);
      return;
    }
    this.#running = this.#save();
    await this.#running;
  }

  /**
   * Go on after a conflict; `isDirty` when the typed text is to replace the stored one.
   *
   * @param {boolean} isDirty
   */
  resolve(isDirty) {
    this.state = "unsaved";
    this.#isDirty = isDirty;
    if (!isDirty) this.#setState("saved");
    return this.flush();
  }

  /** Wait for the request under way, and send no more. */
  async stop() {
    this.#stopTimer();
    while (this.#running) await this.#running;
    this.#stopTimer();
  }

  /**
   * Show a conflict that another request met.
   *
   * @param {RequestError} error
   */
  showConflict(error) {
    this.#stopTimer();
    this.#setState("conflict", error);
  }

  async #save() {
    this.#isDirty = false;
    this.#setState("saving");
    try {
      await this.send();
      this.#retryMs = FIRST_RETRY_MS;
      this.#running = null;
      if (this.#isDirty) this.#schedule(this.pause);
      this.#setState(this.#isDirty ? "unsaved" : "saved");
    } catch (caught) {
      const error = /** @type {RequestError} */ (caught);
      this.#running = null;
      this.#isDirty = true;
      if (error.stored) {
        this.showConflict(error);
        return;
      }
      this.#setState("failed", error);
      if (!error.isTemporary) return;
      this.#schedule(this.#retryMs);
      this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
    }
  }

  /** @param {number} afterMs */
  #schedule(afterMs) {
    this.#stopTimer();
    this.#timer = this.timers.setTimeout(() => this.flush(), afterMs);
  }

  #stopTimer() {
    this.timers.clearTimeout(this.#timer);
    this.#timer = null;
  }

  /** @param {SaveState} state @param {unknown} [reason] */
  #setState(state, reason = null) {
    this.state = state;
    this.onState(state, reason);
  }
}
