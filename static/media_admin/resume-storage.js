/* Remembers unfinished uploads, so that they can be resumed after a reload of the page. */

const PREFIX = "portal-upload:";
const LIFE_MS = 48 * 3600 * 1000;
/** Keys of the uploads that this page works on: none of them is resumed a second time. */
const active = new Set();

/** @typedef {{name: string, size: number, lastModified: number}} NamedFile */

/** @param {string} scope @param {NamedFile} file */
function keyOf(scope, file) {
  return `${PREFIX}${scope}|${file.name}|${file.size}|${file.lastModified}`;
}

/**
 * Do something with the storage. It may be full or forbidden; then an upload cannot be resumed.
 *
 * @template Result
 * @param {() => Result} action
 * @returns {Result | null}
 */
function attempt(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

/**
 * Remember one upload to one place (`scope`) on the server. read() reserves the entry, so that a
 * second field with the same file starts an upload of its own; release() frees it.
 *
 * @param {string} scope
 * @param {Pick<Storage, "getItem" | "setItem" | "removeItem"> | null} [storage]
 */
export function resumeStorage(scope, storage = attempt(() => globalThis.localStorage)) {
  let isMine = false;

  /** @param {string} key */
  function reserve(key) {
    if (!isMine && active.has(key)) return false;
    active.add(key);
    isMine = true;
    return true;
  }

  return {
    /** @param {NamedFile} file @returns {string | null} */
    read(file) {
      const key = keyOf(scope, file);
      const entry = attempt(() => JSON.parse(storage?.getItem(key) ?? "null"));
      if (!entry || !reserve(key)) return null;
      if (Date.now() - entry.at <= LIFE_MS) return entry.id;
      this.remove(file);
      return null;
    },
    /** @param {NamedFile} file @param {string} id */
    write(file, id) {
      const key = keyOf(scope, file);
      if (!reserve(key)) return;
      attempt(() => storage?.setItem(key, JSON.stringify({ id, at: Date.now() })));
    },
    /** @param {NamedFile} file */
    release(file) {
      if (isMine) active.delete(keyOf(scope, file));
      isMine = false;
    },
    /** @param {NamedFile} file */
    remove(file) {
      if (!isMine) return;
      attempt(() => storage?.removeItem(keyOf(scope, file)));
      this.release(file);
    },
  };
}
