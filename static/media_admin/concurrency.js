/* Runs at most a few asynchronous actions at once. */

/**
 * Return a function that starts actions in the order of its calls, at most `limit` at a time.
 *
 * @param {number} limit
 * @returns {(action: () => Promise<unknown>) => void}
 */
export function limitConcurrency(limit) {
  /** @type {(() => Promise<unknown>)[]} */
  const waiting = [];
  let running = 0;

  function startNext() {
    while (running < limit) {
      const action = waiting.shift();
      if (!action) return;
      running += 1;
      action().finally(() => {
        running -= 1;
        startNext();
      });
    }
  }

  return (action) => {
    waiting.push(action);
    startNext();
  };
}
