/* Saves one question by itself: after a pause, one request at a time, again after a lost connection. */

const PAUSE = 700;
const FIRST_RETRY = 3000;
const LONGEST_RETRY = 30000;

export class Saver {
  #timer = null;
  #running = null;
  #isDirty = false;
  #retry = FIRST_RETRY;

  /**
   * `check` returns the reason why nothing can be sent, or null; `send` returns a promise;
   * `onState` gets saved, unsaved, saving, failed or conflict, with the reason or the error.
   */
  constructor({ check, send, onState, pause = PAUSE, timers = globalThis }) {
    Object.assign(this, { check, send, onState, pause, timers });
    this.state = "saved";
  }

  /** Whether leaving the page would lose something. */
  get isUnsaved() {
    return this.#isDirty || this.#running !== null;
  }

  /** Say that something was typed. */
  touch() {
    this.#isDirty = true;
    if (this.state === "conflict") return;
    if (!this.#running) this.#tell("unsaved");
    this.#schedule(this.pause);
  }

  /** Save now; the promise ends when there is nothing more to send at the moment. */
  async flush() {
    this.#stopTimer();
    while (this.#running) await this.#running;
    if (!this.#isDirty || this.state === "conflict") return;
    const reason = this.check();
    if (reason) {
      this.#tell("failed", reason);
      return;
    }
    this.#running = this.#run();
    await this.#running;
  }

  /** Go on after a conflict; `isDirty` when the typed text is to be saved over the stored one. */
  resolve(isDirty) {
    this.state = "unsaved";
    this.#isDirty = isDirty;
    if (!isDirty) this.#tell("saved");
    return this.flush();
  }

  /** Wait for the request under way, and send no more. */
  async stop() {
    this.#stopTimer();
    while (this.#running) await this.#running;
    this.#stopTimer();
  }

  /** Take a conflict that another request met. */
  meet(error) {
    this.#stopTimer();
    this.#tell("conflict", error);
  }

  async #run() {
    this.#isDirty = false;
    this.#tell("saving");
    try {
      await this.send();
      this.#retry = FIRST_RETRY;
      this.#running = null;
      if (this.#isDirty) this.#schedule(this.pause);
      this.#tell(this.#isDirty ? "unsaved" : "saved");
    } catch (error) {
      this.#running = null;
      this.#isDirty = true;
      if (error.kind === "conflict" && error.stored) {
        this.meet(error);
        return;
      }
      this.#tell("failed", error);
      if (!error.mayPass) return;
      this.#schedule(this.#retry);
      this.#retry = Math.min(2 * this.#retry, LONGEST_RETRY);
    }
  }

  #schedule(after) {
    this.#stopTimer();
    this.#timer = this.timers.setTimeout(() => this.flush(), after);
  }

  #stopTimer() {
    this.timers.clearTimeout(this.#timer);
    this.#timer = null;
  }

  #tell(state, reason = null) {
    this.state = state;
    this.onState(state, reason);
  }
}
