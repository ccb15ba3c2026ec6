/* The commands of keys and menus, for the current row. */

import { askPosition, showHelp } from "./dialogs.js";
import { adjacentPosition, neighbourParentPosition } from "./positions.js";
import { canOpen } from "./tree-row.js";
import { Tree, isTest } from "./tree.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { FieldEditor } from "./field-editor.js"
 * @import { Menu, MenuItem } from "./menu.js"
 * @import { NewRow } from "./new-row.js"
 * @import { Operations } from "./operations.js"
 * @import { Position } from "./positions.js"
 * @import { TreeView } from "./tree-view.js"
 * @import { TreeNode } from "./tree.js"
 */

/**
 * @typedef {object} CommandParts
 * @property {Tree} tree
 * @property {TreeView} view
 * @property {Operations} operations
 * @property {Translate} translate
 * @property {FieldEditor} editor
 * @property {NewRow} newRow
 * @property {(topic: TreeNode) => void} chooseFiles
 * @property {Menu} menu
 * @property {(text: string) => void} say Announces a text to screen readers.
 */

export class Commands {
  /** Where a selection began. @type {TreeNode | null} */
  #anchor = null;

  /** @param {CommandParts} parts */
  constructor({ tree, view, operations, translate, editor, newRow, chooseFiles, menu, say }) {
    this.tree = tree;
    this.view = view;
    this.operations = operations;
    this.translate = translate;
    this.editor = editor;
    this.newRow = newRow;
    this.chooseFiles = chooseFiles;
    this.menu = menu;
    this.say = say;
  }

  /**
   * Run a command on a node; null where no row is current.
   *
   * @param {string} name
   * @param {TreeNode | null} node
   */
  run(name, node) {
    const command = /** @type {any} */ (this)[`_${name}`];
    command?.call(this, node);
  }

  /**
   * Open the menu of a row.
   *
   * @param {TreeNode} node
   * @param {HTMLElement} button
   */
  openMenu(node, button) {
    this.view.makeCurrent(node);
    const { translate } = this;
    /**
     * @param {string} icon
     * @param {string} message
     * @param {string} name
     * @param {string} [key]
     * @param {{isDanger?: boolean}} [extra]
     * @returns {MenuItem}
     */
    const item = (icon, message, name, key = "", extra = {}) => ({
      icon,
      text: translate(message),
      key,
      run: () => this.run(name, node),
      ...extra,
    });
    const items = [item("edit", "rename", "rename", "Enter")];
    if (node.kind === "lesson") {
      items.push(
        item("playlist_add", "addTopic", "addInside", "Shift+N"),
        item("quiz", "addTest", "addTest"),
      );
    }
    if (node.kind === "topic") items.push(item("attach_file", "addFiles", "addInside", "Shift+N"));
    if (canOpen(node)) items.push(item("add", "addBelow", "add", "N"));
    items.push(item("content_copy", "duplicate", "duplicate", "Ctrl+D"));
    if (!isTest(node)) {
      items.push(
        item("arrow_upward", "moveUp", "moveUp", "Alt+↑"),
        item("arrow_downward", "moveDown", "moveDown", "Alt+↓"),
      );
      if (node.kind !== "lesson") items.push(item("drive_file_move", "moveTo", "moveTo"));
    }
    const { questionsUrl, url } = node.data;
    if (questionsUrl) items.push({ icon: "quiz", text: translate("editQuestions"), href: questionsUrl });
    if (url) items.push({ icon: "open_in_new", text: translate("openForm"), href: url });
    items.push(item("delete", "delete", "remove", "Delete", { isDanger: true }));
    this.menu.open(button, items, { onClose: () => this.view.focus(node) });
  }

  /**
   * Edit a field of a row in its place.
   *
   * @param {TreeNode} node
   * @param {string} field
   * @param {string} [text] What stands in the input at first.
   */
  edit(node, field, text) {
    this.view.focus(node);
    const button = this.view.rowOf(node)?.parts[field];
    if (button && !button.hidden) this.editor.open(node, field, button, text);
  }

  /**
   * Select by a click with Ctrl or Shift; a click without them ends the selection.
   *
   * @param {TreeNode} node
   * @param {MouseEvent} event
   */
  click(node, event) {
    if (event.shiftKey) {
      this.view.selectRange(this.#anchor ?? this.view.current ?? node, node);
    } else if (event.ctrlKey || event.metaKey) {
      this.view.toggleSelected(node);
      this.#anchor = node;
    } else {
      this.view.select([]);
      this.#anchor = node;
    }
    this.view.focus(node);
    this.#announceSelection();
  }

  /** Give the focus to the current row, or to the button that adds the first one. */
  focusCurrentRow() {
    /** @type {HTMLElement | null} */
    const button = document.querySelector('.b-bar [data-act="addLesson"]');
    if (this.view.current) this.view.focus(this.view.current);
    else button?.focus();
  }

  #announceSelection() {
    const count = this.view.selected.length;
    if (count > 0) this.say(this.translate("selected", { count }));
  }

  // Moving between rows

  /** @param {TreeNode} node @param {number} step */
  #neighbour(node, step) {
    const nodes = this.view.shown();
    return nodes[nodes.indexOf(node) + step] ?? node;
  }

  /** @param {TreeNode} node */
  _up(node) {
    this.#anchor = null;
    this.view.focus(this.#neighbour(node, -1));
  }

  /** @param {TreeNode} node */
  _down(node) {
    this.#anchor = null;
    this.view.focus(this.#neighbour(node, 1));
  }

  _first() {
    this.view.focus(this.view.shown()[0]);
  }

  _last() {
    this.view.focus(this.view.shown().at(-1));
  }

  /** @param {TreeNode} node */
  _open(node) {
    if (canOpen(node) && !this.view.isOpen(node)) this.view.setOpen(node, true);
    else if (canOpen(node) && Tree.below(node).length > 0) this.view.focus(Tree.below(node)[0]);
  }

  /** @param {TreeNode} node */
  _close(node) {
    if (canOpen(node) && this.view.isOpen(node)) this.view.setOpen(node, false);
    else this.view.focus(node.parent);
  }

  // Selecting

  /** @param {TreeNode} node */
  _select(node) {
    this.view.toggleSelected(node);
    this.#anchor = node;
    this.#announceSelection();
  }

  /** @param {TreeNode} node */
  _selectUp(node) {
    this.#extend(node, -1);
  }

  /** @param {TreeNode} node */
  _selectDown(node) {
    this.#extend(node, 1);
  }

  /** @param {TreeNode} node @param {number} direction */
  #extend(node, direction) {
    const anchor = (this.#anchor ??= node);
    const nodes = this.view.shown().filter((one) => one.kind === anchor.kind);
    const next = nodes[nodes.indexOf(node) + direction];
    if (!next) return;
    this.view.selectRange(anchor, next);
    this.view.focus(next);
    this.#announceSelection();
  }

  _unselect() {
    this.view.select([]);
    this.#anchor = null;
  }

  // Changing

  /** @param {TreeNode} node */
  _rename(node) {
    this.edit(node, "title");
  }

  /** @param {TreeNode} node */
  _add(node) {
    if (node.kind === "file") this.chooseFiles(node.parent);
    else if (node.kind === "topic" || node.kind === "lesson") {
      this.newRow.open(node.kind, node.parent, node);
    } else if (node.kind === "lessontest") this.newRow.open("topic", node.parent);
    else this.newRow.open("lesson", this.tree.root);
  }

  /** @param {TreeNode} node */
  _addInside(node) {
    if (node.kind === "lesson") this.newRow.open("topic", node);
    else if (node.kind === "topic") this.chooseFiles(node);
    else this._add(node);
  }

  /** @param {TreeNode} node */
  _addTest(node) {
    this.#addTest("lessontest", node, "newTest");
  }

  _addFinalTest() {
    this.#addTest("finaltest", this.tree.root, "newFinalTest");
  }

  /** @param {"lessontest" | "finaltest"} kind @param {TreeNode} parent @param {string} message */
  #addTest(kind, parent, message) {
    this.view.setOpen(parent, true);
    const test = this.operations.add(kind, parent, { title: this.translate(message) });
    this.edit(test, "title");
  }

  _addLesson() {
    this.newRow.open("lesson", this.tree.root);
  }

  /** @param {TreeNode} node */
  _duplicate(node) {
    this.view.focus(this.operations.duplicate(node));
  }

  /** @param {TreeNode} node */
  _remove(node) {
    this.operations.remove(this.view.targetsOf(node));
  }

  /** @param {TreeNode} node */
  _moveUp(node) {
    this.#move(node, adjacentPosition(this.tree.root, this.view.targetsOf(node), -1));
  }

  /** @param {TreeNode} node */
  _moveDown(node) {
    this.#move(node, adjacentPosition(this.tree.root, this.view.targetsOf(node), 1));
  }

  /** @param {TreeNode} node */
  _moveBack(node) {
    this.#move(node, neighbourParentPosition(this.tree.root, this.view.targetsOf(node), -1));
  }

  /** @param {TreeNode} node */
  _moveOn(node) {
    this.#move(node, neighbourParentPosition(this.tree.root, this.view.targetsOf(node), 1));
  }

  /** @param {TreeNode} node @param {Position | null} position */
  #move(node, position) {
    const nodes = this.view.targetsOf(node);
    if (position && this.operations.move(nodes, position)) this.view.focus(node);
    else this.say(this.translate("cannotMove"));
  }

  /** @param {TreeNode} node */
  _moveTo(node) {
    const nodes = this.view.targetsOf(node);
    askPosition(nodes, {
      root: this.tree.root,
      translate: this.translate,
      onClose: () => this.view.focus(node),
      onChoice: (position) => {
        if (this.operations.move(nodes, position)) this.view.focus(node);
      },
    });
  }

  _undo() {
    this.operations.undoLast();
    this.#keepFocus();
  }

  _redo() {
    this.operations.redoLast();
    this.#keepFocus();
  }

  #keepFocus() {
    const focused = /** @type {any} */ (document.activeElement);
    if (focused === document.body || focused?.disabled) this.focusCurrentRow();
  }

  /** @param {TreeNode} node */
  _menu(node) {
    this.openMenu(node, this.view.rowOf(node)?.parts.menu);
  }

  /** @param {TreeNode | null} node */
  _help(node) {
    showHelp(() => node && this.view.focus(node));
  }
}
