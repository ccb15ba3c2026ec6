/* Remembers unfinished uploads across a reload; one upload is never taken up twice on a page. */

const PREFIX = "portal-upload:";
const LIFE_MS = 48 * 3600 * 1000;
const underWay = new Set();

function keyOf(scope, file) {
  return `${PREFIX}${scope}|${file.name}|${file.size}|${file.lastModified}`;
}

/** Storage may be full or forbidden; then an upload simply cannot be resumed. */
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

/**
 * A memory for one upload to one place (`scope`) on the server. read() takes the entry, so that a
 * second field with the same file starts an upload of its own; release() gives it back.
 */
export function uploadMemory(scope, storage = attempt(() => globalThis.localStorage)) {
  let isMine = false;

  function take(key) {
    if (!isMine && underWay.has(key)) return false;
    underWay.add(key);
    isMine = true;
    return true;
  }

  return {
    read(file) {
      const key = keyOf(scope, file);
      const entry = attempt(() => JSON.parse(storage.getItem(key)));
      if (!entry || !take(key)) return null;
      if (Date.now() - entry.at <= LIFE_MS) return entry.id;
      this.remove(file);
      return null;
    },
    write(file, id) {
      const key = keyOf(scope, file);
      if (!take(key)) return;
      attempt(() => storage.setItem(key, JSON.stringify({ id, at: Date.now() })));
    },
    release(file) {
      if (isMine) underWay.delete(keyOf(scope, file));
      isMine = false;
    },
    remove(file) {
      if (!isMine) return;
      attempt(() => storage.removeItem(keyOf(scope, file)));
      this.release(file);
    },
  };
}
