/* Connects clicks and keys on the page with commands. */

import { byData, targetOf } from "../../../portal/dom.js";
import { commandForKey } from "./keyboard-shortcuts.js";

/**
 * @import { CommandParts, Commands } from "./commands.js"
 * @import { Header } from "./header.js"
 * @import { OperationQueue } from "./operation-queue.js"
 * @import { TreeNode } from "./tree.js"
 */

/**
 * @typedef {CommandParts & {
 *   config: any,
 *   header: Header,
 *   commands: Commands,
 *   queue: OperationQueue,
 *   copy: () => void,
 *   isUnsaved: () => boolean,
 * }} PageParts
 */

/**
 * Listen to the events of the page.
 *
 * @param {HTMLElement} root
 * @param {PageParts} parts
 */
export function bindEvents(root, parts) {
  const { tree, view, commands, header, queue, operations, editor, isUnsaved } = parts;
  /** @type {HTMLElement} */
  const list = byData(root, "tree");

  list.addEventListener("click", (event) => onTreeClick(event, parts));
  list.addEventListener("keydown", (event) => onTreeKey(event, parts));
  list.addEventListener("focusin", (event) => {
    const row = targetOf(event).closest("[data-row]");
    const node = row && view.nodeAt(row);
    if (node) view.makeCurrent(node);
  });
  header.program.addEventListener("click", (event) => {
    const field = targetOf(event).closest("[data-field]");
    if (field) editor.open(tree.root, field.dataset.field, field);
    if (targetOf(event).closest("[data-switch]")) {
      operations.edit(tree.root, "isActive", !tree.root.data.isActive);
    }
  });
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = root.querySelectorAll("[data-act]");
  for (const button of buttons) {
    button.addEventListener("click", () => onButton(button, parts));
  }
  byData(root, "retry").addEventListener("click", () => queue.retry());
  root.addEventListener("submit", (event) => event.preventDefault());
  // Where no row has the focus, these keys still mean the program.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || targetOf(event).closest?.("input, textarea, select, dialog")) return;
    const name = commandForKey(event);
    if (!name || !["undo", "redo", "help"].includes(name)) return;
    event.preventDefault();
    commands.run(name, view.current);
  });
  addEventListener("online", () => queue.retry());
  addEventListener("beforeunload", (event) => {
    editor.close(true);
    if (isUnsaved()) event.preventDefault();
  });
}

/** @param {MouseEvent} event @param {PageParts} parts */
function onTreeClick(event, parts) {
  const target = targetOf(event);
  const add = target.closest("[data-command]");
  const row = target.closest("[data-row]");
  const node = parts.view.nodeAt(add ?? row ?? target);
  if (add) parts.commands.run(add.dataset.command, node ?? parts.tree.root);
  else if (row && node) onRowClick(event, node, parts);
}

/**
 * @param {MouseEvent} event
 * @param {TreeNode} node
 * @param {PageParts} parts
 */
function onRowClick(event, node, { view, commands, operations }) {
  const target = targetOf(event);
  const isSelecting = event.shiftKey || event.ctrlKey || event.metaKey;
  const field = target.closest("[data-field]");
  if (isSelecting) commands.click(node, event);
  else if (field) commands.edit(node, field.dataset.field);
  else if (target.closest("[data-switch]")) operations.edit(node, "isActive", !node.data.isActive);
  else if (target.closest("[data-menu]")) commands.openMenu(node, target.closest("[data-menu]"));
  else if (target.closest("[data-toggle]")) {
    view.setOpen(node, !view.isOpen(node));
    view.focus(node);
  } else if (!target.closest("a, input, button")) commands.click(node, event);
}

/**
 * Keys work on the row; on its buttons only those that a button does not use itself.
 *
 * @param {KeyboardEvent} event
 * @param {PageParts} parts
 */
function onTreeKey(event, { view, commands }) {
  if (event.isComposing || event.defaultPrevented) return;
  const row = targetOf(event).closest("[data-row]");
  const node = row && view.nodeAt(row);
  if (!node) return;
  const name = commandForKey(event);
  if (!name) return;
  if (event.target !== row && ["rename", "select"].includes(name)) return;
  event.preventDefault();
  // The menu and the dialogs take the focus; the key must not reach them.
  event.stopPropagation();
  commands.run(name, node);
}

/** @param {HTMLButtonElement} button @param {PageParts} parts */
function onButton(button, { config, view, translate, commands, menu, copy }) {
  const name = button.dataset.act ?? "";
  if (name === "more") {
    /** @param {string} icon @param {string} message @param {string} href */
    const link = (icon, message, href) => href && { icon, text: translate(message), href };
    /** @param {string} icon @param {string} message @param {() => unknown} run */
    const item = (icon, message, run) => ({ icon, text: translate(message), run });
    // Where there is room both are buttons.
    const isWide = matchMedia("(min-width: 1600px)").matches;
    const items = [
      !isWide && link("history", "history", config.history),
      !isWide && link("delete", "bin", config.bin),
      item("content_copy", "copyTo", copy),
      link("edit_note", "plainForm", config.form),
      item("unfold_more", "expandAll", () => view.setAllOpen(true)),
      item("unfold_less", "collapseAll", () => view.setAllOpen(false)),
      item("keyboard", "keys", () => commands.run("help", null)),
    ];
    menu.open(button, items.filter((one) => typeof one === "object"));
  } else {
    commands.run(name, view.current);
  }
}
