/* Sends operations one at a time, in order; keeps them when the connection is lost, and tries again. */

/** @import { TreeNode } from "./tree.js" */

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

/**
 * @typedef {object} Item One operation.
 * @property {() => any} body Returns the request when its turn has come, or null when it is no longer
 *   needed.
 * @property {(answer: any) => void} [done]
 * @property {(error: any) => void} [failed]
 * @property {() => Promise<any>} [recover] After a lost response: returns what the response must have
 *   been when the operation was carried out, else null.
 * @property {boolean} [wasSent]
 * @property {TreeNode} [node] The node whose fields it changes.
 * @property {Record<string, any>} [fields]
 *
 * @typedef {"saved" | "saving" | "failed"} QueueState
 */

/** The operations that are not stored yet. */
export class OperationQueue {
  /** @type {Item[]} */
  #items = [];
  #isRunning = false;
  #isSending = false;
  #delay = FIRST_RETRY_MS;
  /** @type {any} */
  #timer = null;
  /** @type {(() => void)[]} */
  #drained = [];

  /**
   * @param {{
   *   send: (body: any) => Promise<any>,
   *   onState?: (state: QueueState, error: any) => void,
   *   timers?: {setTimeout: (action: () => unknown, ms: number) => any, clearTimeout: (timer: any) => void},
   * }} options
   */
  constructor({ send, onState = () => {}, timers = globalThis }) {
    this.send = send;
    this.onState = onState;
    this.timers = timers;
    /** @type {QueueState} */
    this.state = "saved";
    /** @type {any} */
    this.error = null;
    /** How many operations there ever were. */
    this.pushed = 0;
  }

  /** How many operations are not stored yet. */
  get size() {
    return this.#items.length;
  }

  /** @param {Item} item */
  push(item) {
    this.pushed += 1;
    this.#items.push(item);
    this.#run();
  }

  /**
   * Put an item in front of all that wait.
   *
   * @param {Item} item
   */
  pushFirst(item) {
    this.pushed += 1;
    this.#items.splice(this.#isSending ? 1 : 0, 0, item);
    this.#run();
  }

  /**
   * Remove the items for which `test` is true and that have not been sent; returns them.
   *
   * @param {(item: Item) => unknown} test
   */
  take(test) {
    const taken = this.#items.filter((item) => !item.wasSent && test(item));
    this.#items = this.#items.filter((item) => !taken.includes(item));
    return taken;
  }

  /** Send again now what a lost connection has held up. */
  retry() {
    if (this.#timer === null) return;
    this.timers.clearTimeout(this.#timer);
    this.#timer = null;
    this.#run();
  }

  /**
   * A promise that ends when nothing waits any more.
   *
   * @returns {Promise<void>}
   */
  whenIdle() {
    if (this.#items.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  async #run() {
    if (this.#isRunning || this.#timer !== null) return;
    this.#isRunning = true;
    // What one key press does goes on the screen first.
    await Promise.resolve();
    while (this.#items.length > 0) {
      this.#setState("saving");
      const error = await this.#sendFirst();
      if (!error) continue;
      this.#isRunning = false;
      this.#timer = this.timers.setTimeout(() => {
        this.#timer = null;
        this.#run();
      }, this.#delay);
      this.#delay = Math.min(2 * this.#delay, LONGEST_RETRY_MS);
      this.#setState("failed", error);
      return;
    }
    this.#isRunning = false;
    this.#setState("saved");
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Returns the error after which the same item is to be sent again, or null. */
  async #sendFirst() {
    const [item] = this.#items;
    /** @type {() => unknown} */
    let end;
    this.#isSending = true;
    try {
      const known = item.wasSent ? await item.recover?.() : null;
      const body = known ? null : item.body();
      item.wasSent = true;
      const answer = known ?? (body && (await this.send(body)));
      end = () => answer && item.done?.(answer);
      this.#delay = FIRST_RETRY_MS;
    } catch (caught) {
      const error = /** @type {any} */ (caught);
      if (error.isTemporary) {
        this.#isSending = false;
        return error;
      }
      end = () => item.failed?.(error);
    }
    this.#items.shift();
    this.#isSending = false;
    end();
    return null;
  }

  /** @param {QueueState} state @param {any} [error] */
  #setState(state, error = null) {
    this.state = state;
    this.error = error;
    this.onState(state, error);
  }
}
