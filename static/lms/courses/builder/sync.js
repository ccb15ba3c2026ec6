/* Keeps the page like the server's tree: notices what others change and merges it when nothing waits. */

/**
 * @import { JsonClient } from "../../../portal/http.js"
 * @import { OperationQueue } from "./operation-queue.js"
 * @import { ServerNode } from "./tree.js"
 */

const POLL_MS = 15_000;

/**
 * @typedef {{treeVersion: number, program: ServerNode}} TreeResponse
 */

export class Sync {
  #isWanted = false;
  #isFetching = false;

  /**
   * @param {{
   *   api: JsonClient,
   *   config: {tree: string, version: string},
   *   queue: OperationQueue,
   *   onMerge: (program: ServerNode, changedBy: string | null) => void,
   *   version: number,
   * }} options
   */
  constructor({ api, config, queue, onMerge, version }) {
    this.api = api;
    this.config = config;
    this.queue = queue;
    this.onMerge = onMerge;
    this.version = version;
    /** @type {string | null} */
    this.changedBy = null;
  }

  /** Look every 15 seconds whether somebody else has changed the tree. */
  start() {
    setInterval(() => this.look(), POLL_MS);
    document.addEventListener("visibilitychange", () => this.look());
  }

  /**
   * The tree as the server has it.
   *
   * @returns {Promise<TreeResponse>}
   */
  read() {
    return this.api.get(this.config.tree);
  }

  /**
   * Compare the version in the response to an operation: when it has grown by more than one, somebody
   * else has changed the tree too.
   *
   * @param {{treeVersion?: number}} answer
   */
  answered({ treeVersion }) {
    if (treeVersion === undefined) return;
    const isNext = treeVersion === this.version + 1;
    this.version = Math.max(this.version, treeVersion);
    if (!isNext) this.fetchSoon();
  }

  /**
   * The name of the person who changed the tree last.
   *
   * @returns {Promise<string | null>}
   */
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
      // The response does not contain what was done in the meantime.
      if (this.queue.pushed !== pushed || this.queue.size > 0) this.#isWanted = true;
      else this.#merge(answer);
    }
    this.#isFetching = false;
  }

  /** @param {TreeResponse} answer */
  #merge({ treeVersion, program }) {
    this.version = treeVersion;
    this.onMerge(program, this.changedBy);
    this.changedBy = null;
  }
}
