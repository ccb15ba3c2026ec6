/* Joins clicks and keys of the page to what they do. */

import { commandOf } from "./keys.js";

/** Listen to the page; the parts are those of builder.js. */
export function bindPage(root, parts) {
  const { tree, view, commands, header, queue, acts, editor, isUnsaved } = parts;
  const list = root.querySelector("[data-tree]");

  list.addEventListener("click", (event) => onTreeClick(event, parts));
  list.addEventListener("keydown", (event) => onTreeKey(event, parts));
  list.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-row]");
    const node = row && view.nodeAt(row);
    if (node) view.touch(node);
  });
  header.program.addEventListener("click", (event) => {
    const field = event.target.closest("[data-field]");
    if (field) editor.open(tree.root, field.dataset.field, field);
    if (event.target.closest("[data-switch]")) {
      acts.edit(tree.root, "isActive", !tree.root.data.isActive);
    }
  });
  for (const button of root.querySelectorAll("[data-act]")) {
    button.addEventListener("click", () => onAct(button, parts));
  }
  root.querySelector("[data-retry]").addEventListener("click", () => queue.retry());
  root.addEventListener("submit", (event) => event.preventDefault());
  // Where no row has the focus, these keys still mean the program.
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target.closest?.("input, textarea, select, dialog")) return;
    const name = commandOf(event);
    if (!["undo", "redo", "help"].includes(name)) return;
    event.preventDefault();
    commands.run(name, view.current);
  });
  addEventListener("online", () => queue.retry());
  addEventListener("beforeunload", (event) => {
    editor.close(true);
    if (isUnsaved()) event.preventDefault();
  });
}

function onTreeClick(event, { view, commands, acts }) {
  const { target } = event;
  const add = target.closest("[data-command]");
  if (add) {
    const node = view.nodeAt(add) ?? view.tree.root;
    commands.run(add.dataset.command === "addInside" && !node.parent ? "addLesson" : add.dataset.command, node);
    return;
  }
  const row = target.closest("[data-row]");
  const node = row && view.nodeAt(row);
  if (!node) return;
  const isSelecting = event.shiftKey || event.ctrlKey || event.metaKey;
  const field = target.closest("[data-field]");
  if (isSelecting) commands.click(node, event);
  else if (field) commands.edit(node, field.dataset.field);
  else if (target.closest("[data-switch]")) acts.edit(node, "isActive", !node.data.isActive);
  else if (target.closest("[data-menu]")) commands.openMenu(node, target.closest("[data-menu]"));
  else if (target.closest("[data-toggle]")) {
    view.setOpen(node, !view.isOpen(node));
    view.focus(node);
  } else if (!target.closest("a, input, button")) commands.click(node, event);
}

/** Keys work on the row; on its buttons only those that mean nothing to a button. */
function onTreeKey(event, { view, commands }) {
  if (event.isComposing || event.defaultPrevented) return;
  const row = event.target.closest("[data-row]");
  const node = row && view.nodeAt(row);
  if (!node) return;
  const name = commandOf(event);
  if (!name) return;
  if (event.target !== row && ["rename", "select"].includes(name)) return;
  event.preventDefault();
  // The menu and the dialogs take the focus; the key must not reach them.
  event.stopPropagation();
  commands.run(name, node);
}

function onAct(button, { config, view, words, commands, menu, copy }) {
  const name = button.dataset.act;
  if (name === "more") {
    const link = (icon, word, href) => href && { icon, text: words(word), href };
    const act = (icon, word, run) => ({ icon, text: words(word), act: run });
    // Where there is room both are buttons.
    const isWide = matchMedia("(min-width: 1600px)").matches;
    const items = [
      !isWide && link("history", "history", config.history),
      !isWide && link("delete", "bin", config.bin),
      act("content_copy", "copyTo", copy),
      link("edit_note", "plainForm", config.form),
      act("unfold_more", "expandAll", () => view.setAllOpen(true)),
      act("unfold_less", "collapseAll", () => view.setAllOpen(false)),
      act("keyboard", "keys", () => commands.run("help", null)),
    ];
    menu.open(button, items.filter(Boolean));
  } else {
    commands.run(name, view.current);
  }
}
