/* The keys of a row of the tree; letters by their position on the keyboard, for Cyrillic layouts. */

/** @type {Record<string, string>} */
const PLAIN = {
  ArrowUp: "up",
  ArrowDown: "down",
  ArrowLeft: "close",
  ArrowRight: "open",
  Home: "first",
  End: "last",
  Enter: "rename",
  F2: "rename",
  Insert: "add",
  Delete: "remove",
  Escape: "unselect",
  " ": "select",
  "?": "help",
};
/** @type {Record<string, string>} */
const WITH_ALT = {
  ArrowUp: "moveUp",
  ArrowDown: "moveDown",
  ArrowLeft: "moveBack",
  ArrowRight: "moveOn",
};
/** @type {Record<string, string>} */
const WITH_SHIFT = { ArrowUp: "selectUp", ArrowDown: "selectDown", Insert: "addInside", "?": "help", F10: "menu" };
/** @type {Record<string, string>} */
const LETTERS_WITH_CTRL = { KeyD: "duplicate", KeyZ: "undo", KeyY: "redo" };
/** @type {Record<string, string>} */
const LETTERS_WITH_CTRL_SHIFT = { KeyZ: "redo" };

/**
 * The command of a key that is pressed on a row, or null when the key has none.
 *
 * @param {KeyboardEvent} event
 * @returns {string | null}
 */
export function commandForKey(event) {
  const { key, code } = event;
  const hasCtrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return hasCtrl ? null : (WITH_ALT[key] ?? null);
  if (hasCtrl) return (event.shiftKey ? LETTERS_WITH_CTRL_SHIFT : LETTERS_WITH_CTRL)[code] ?? null;
  if (event.shiftKey) return WITH_SHIFT[key] ?? (code === "KeyN" ? "addInside" : null);
  if (key === "ContextMenu") return "menu";
  return PLAIN[key] ?? (code === "KeyN" ? "add" : null);
}
