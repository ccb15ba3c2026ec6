/* Keeps the page like the server's tree: notices what others do, and merges it when nothing waits. */

const POLL_MS = 15_000;

export class Sync {
  #isWanted = false;
  #isFetching = false;

  /** `onMerge(program, name)` takes the fresh tree and, when it is known, who changed it. */
  constructor({ api, config, queue, onMerge, version }) {
    Object.assign(this, { api, config, queue, onMerge, version });
    this.changedBy = null;
  }

  /** Look every 15 seconds whether somebody else has changed the tree. */
  start() {
    setInterval(() => this.look(), POLL_MS);
    document.addEventListener("visibilitychange", () => this.look());
  }

  /** The tree as the server has it. */
  read() {
    return this.api.get(this.config.tree);
  }

  /** An act was answered: a number that jumps was raised by somebody else too. */
  answered({ treeVersion }) {
    if (treeVersion === undefined) return;
    const isNext = treeVersion === this.version + 1;
    this.version = Math.max(this.version, treeVersion);
    if (!isNext) this.fetchSoon();
  }

  /** The name of who changed the tree last. */
  async lastEditor() {
    const answer = await this.api.get(this.config.version).catch(() => null);
    return answer?.changedBy ?? null;
  }

  async look() {
    if (document.hidden || this.queue.size > 0) return;
    const answer = await this.api.get(this.config.version).catch(() => null);
    if (!answer || answer.treeVersion <= this.version) return;
    this.changedBy = answer.changedBy;
    this.fetchSoon();
  }

  /** Fetch and merge as soon as nothing waits to be sent. */
  async fetchSoon() {
    this.#isWanted = true;
    if (this.#isFetching) return;
    this.#isFetching = true;
    while (this.#isWanted) {
      await this.queue.whenIdle();
      this.#isWanted = false;
      const { pushed } = this.queue;
      const answer = await this.read().catch(() => null);
      if (!answer) break; // The next look finds the difference again.
      // What was done meanwhile is not in this answer.
      if (this.queue.pushed !== pushed || this.queue.size > 0) this.#isWanted = true;
      else this.#merge(answer);
    }
    this.#isFetching = false;
  }

  #merge({ treeVersion, program }) {
    this.version = treeVersion;
    this.onMerge(program, this.changedBy);
    this.changedBy = null;
  }
}
