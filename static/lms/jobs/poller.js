/* Asks for news again and again while somebody looks at the page; knows no DOM. */

const LONGEST_SECONDS = 60;

/** What the page gives the poller; tests give a clock of their own. */
/**
 * @typedef {object} Options
 * @property {() => Promise<number | null>} ask Resolves with the seconds until the next time; null: no more.
 * @property {number | null} seconds Until the first time; null: never.
 * @property {() => boolean} isVisible
 * @property {(work: () => void, milliseconds: number) => any} [setTimer]
 * @property {(timer: any) => void} [clearTimer]
 */

export class Poller {
  /** @type {any} */
  #timer = null;
  #isAsking = false;
  #failures = 0;

  /** @param {Options} options */
  constructor({ ask, seconds, isVisible, setTimer = globalThis.setTimeout, clearTimer = globalThis.clearTimeout }) {
    this.ask = ask;
    this.seconds = seconds;
    this.isVisible = isVisible;
    this.setTimer = (/** @type {() => void} */ work, /** @type {number} */ ms) => setTimer(work, ms);
    this.clearTimer = (/** @type {any} */ timer) => clearTimer(timer);
    this.#plan();
  }

  /** Ask at once when the page is seen again; stop asking while it is hidden. */
  visibilityChanged() {
    this.clearTimer(this.#timer);
    if (this.seconds !== null && this.isVisible()) return this.#work();
    return Promise.resolve();
  }

  #plan() {
    this.clearTimer(this.#timer);
    if (this.seconds === null || !this.isVisible()) return;
    const seconds = Math.min(this.seconds * 2 ** this.#failures, LONGEST_SECONDS);
    this.#timer = this.setTimer(() => this.#work(), seconds * 1000);
  }

  async #work() {
    if (this.#isAsking) return;
    this.#isAsking = true;
    try {
      this.seconds = await this.ask();
      this.#failures = 0;
    } catch {
      // The portal may be starting again: ask later and later.
      this.#failures += 1;
    }
    this.#isAsking = false;
    this.#plan();
  }
}
