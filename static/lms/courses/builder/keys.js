/* Which key does what on a row of the tree; letters by their place, so that Cyrillic layouts work. */

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
const WITH_ALT = {
  ArrowUp: "moveUp",
  ArrowDown: "moveDown",
  ArrowLeft: "moveBack",
  ArrowRight: "moveOn",
};
const WITH_SHIFT = { ArrowUp: "selectUp", ArrowDown: "selectDown", Insert: "addInside", "?": "help", F10: "menu" };
const LETTERS_WITH_CTRL = { KeyD: "duplicate", KeyZ: "undo", KeyY: "redo" };
const LETTERS_WITH_CTRL_SHIFT = { KeyZ: "redo" };

/** The command of a key pressed on a row, or null when it is none of ours. */
export function commandOf(event) {
  const { key, code } = event;
  const hasCtrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return hasCtrl ? null : (WITH_ALT[key] ?? null);
  if (hasCtrl) return (event.shiftKey ? LETTERS_WITH_CTRL_SHIFT : LETTERS_WITH_CTRL)[code] ?? null;
  if (event.shiftKey) return WITH_SHIFT[key] ?? (code === "KeyN" ? "addInside" : null);
  if (key === "ContextMenu") return "menu";
  return PLAIN[key] ?? (code === "KeyN" ? "add" : null);
}
