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

/** A memory for the uploads of one place (`scope`) on the server. */
export function uploadMemory(scope, storage = attempt(() => globalThis.localStorage)) {
  return {
    read(file) {
      const key = keyOf(scope, file);
      const entry = attempt(() => JSON.parse(storage.getItem(key)));
      if (!entry || underWay.has(key)) return null;
      if (Date.now() - entry.at > LIFE_MS) {
        attempt(() => storage.removeItem(key));
        return null;
      }
      underWay.add(key);
      return entry.id;
    },
    write(file, id) {
      const key = keyOf(scope, file);
      if (underWay.has(key)) return;
      underWay.add(key);
      attempt(() => storage.setItem(key, JSON.stringify({ id, at: Date.now() })));
    },
    remove(file) {
      const key = keyOf(scope, file);
      underWay.delete(key);
      attempt(() => storage.removeItem(key));
    },
  };
}
