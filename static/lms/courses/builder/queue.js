/* Sends acts one at a time, in order; keeps them when the connection is lost, and tries again. */

const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

/**
 * An item is {body, done, failed, recover}: `body()` gives the request when its turn has come, or
 * null when it has become needless; `done(answer)` and `failed(error)` end it. After a lost answer
 * `recover()` may find out that the act was carried out, and give the answer.
 */
export class ActQueue {
  #items = [];
  #isRunning = false;
  #isSending = false;
  #delay = FIRST_RETRY_MS;
  #timer = null;
  #drained = [];

  constructor({ send, onState = () => {}, timers = globalThis }) {
    Object.assign(this, { send, onState, timers });
    this.state = "saved";
    this.error = null;
    /** How many acts there ever were. */
    this.pushed = 0;
  }

  /** How many acts are not stored yet. */
  get size() {
    return this.#items.length;
  }

  push(item) {
    this.pushed += 1;
    this.#items.push(item);
    this.#go();
  }

  /** Put an item in front of all that wait. */
  pushFirst(item) {
    this.pushed += 1;
    this.#items.splice(this.#isSending ? 1 : 0, 0, item);
    this.#go();
  }

  /** Drop the items for which `test` says yes and that have not been sent; returns them. */
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
    this.#go();
  }

  /** A promise that ends when nothing waits any more. */
  whenIdle() {
    if (this.#items.length === 0) return Promise.resolve();
    return new Promise((resolve) => this.#drained.push(resolve));
  }

  async #go() {
    if (this.#isRunning || this.#timer !== null) return;
    this.#isRunning = true;
    // What one key press does goes on the screen first.
    await Promise.resolve();
    while (this.#items.length > 0) {
      this.#tell("saving");
      const error = await this.#sendFirst();
      if (!error) continue;
      this.#isRunning = false;
      this.#timer = this.timers.setTimeout(() => {
        this.#timer = null;
        this.#go();
      }, this.#delay);
      this.#delay = Math.min(2 * this.#delay, LONGEST_RETRY_MS);
      this.#tell("failed", error);
      return;
    }
    this.#isRunning = false;
    this.#tell("saved");
    for (const resolve of this.#drained.splice(0)) resolve();
  }

  /** Returns the error after which to wait and send the same again, or null. */
  async #sendFirst() {
    const [item] = this.#items;
    let end;
    this.#isSending = true;
    try {
      const known = item.wasSent ? await item.recover?.() : null;
      const body = known ? null : item.body();
      item.wasSent = true;
      const answer = known ?? (body && (await this.send(body)));
      end = () => answer && item.done?.(answer);
      this.#delay = FIRST_RETRY_MS;
    } catch (error) {
      if (error.mayPass) {
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

  #tell(state, error = null) {
    this.state = state;
    this.error = error;
    this.onState(state, error);
  }
}
