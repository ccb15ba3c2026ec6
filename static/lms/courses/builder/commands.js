/* What keys and menus do with the row at hand. */

import { askPlace, showHelp } from "./dialogs.js";
import { Tree, isTest } from "./model.js";
import { hopPlace, stepPlace } from "./places.js";
import { opens } from "./row.js";

export class Commands {
  #anchor = null;

  constructor({ tree, view, acts, words, editor, newLine, chooseFiles, menu, say }) {
    Object.assign(this, { tree, view, acts, words, editor, newLine, chooseFiles, menu, say });
  }

  /** Carry out a command on a node; returns false when it means nothing there. */
  run(name, node) {
    const act = this[`_${name}`];
    if (!act) return false;
    act.call(this, node);
    return true;
  }

  /** Open the menu of a row. */
  openMenu(node, button) {
    this.view.touch(node);
    const { words } = this;
    const item = (icon, word, name, key = "", extra = {}) => ({
      icon,
      text: words(word),
      key,
      act: () => this.run(name, node),
      ...extra,
    });
    const items = [item("edit", "rename", "rename", "Enter")];
    if (node.kind === "lesson") items.push(item("playlist_add", "addTopic", "addInside", "Shift+N"), item("quiz", "addTest", "addTest"));
    if (node.kind === "topic") items.push(item("attach_file", "addFiles", "addInside", "Shift+N"));
    if (opens(node)) items.push(item("add", "addBelow", "add", "N"));
    items.push(item("content_copy", "duplicate", "duplicate", "Ctrl+D"));
    if (!isTest(node)) {
      items.push(item("arrow_upward", "moveUp", "moveUp", "Alt+↑"), item("arrow_downward", "moveDown", "moveDown", "Alt+↓"));
      if (node.kind !== "lesson") items.push(item("drive_file_move", "moveTo", "moveTo"));
    }
    if (node.data.questionsUrl) items.push({ icon: "quiz", text: words("editQuestions"), href: node.data.questionsUrl });
    if (node.data.url) items.push({ icon: "open_in_new", text: words("openForm"), href: node.data.url });
    items.push(item("delete", "delete", "remove", "Delete", { isDanger: true }));
    this.menu.open(button, items, { back: () => this.view.focus(node) });
  }

  /** Edit a field of a row in its place. */
  edit(node, field, text = undefined) {
    this.view.focus(node);
    const button = this.view.rowOf(node).parts[field];
    if (button && !button.hidden) this.editor.open(node, field, button, text);
  }

  /** Select by a click with Ctrl or Shift, or end the selection. */
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
    this.#saySelected();
  }

  /** Give the focus to the current row, or to what adds the first one. */
  backToRow() {
    if (this.view.current) this.view.focus(this.view.current);
    else document.querySelector('.b-bar [data-act="addLesson"]').focus();
  }

  #saySelected() {
    const count = this.view.selected.length;
    if (count > 0) this.say(this.words("selected", { count }));
  }

  // Walking

  #walk(node, step) {
    const nodes = this.view.shown();
    return nodes[nodes.indexOf(node) + step] ?? node;
  }

  _up(node) {
    this.#anchor = null;
    this.view.focus(this.#walk(node, -1));
  }

  _down(node) {
    this.#anchor = null;
    this.view.focus(this.#walk(node, 1));
  }

  _first() {
    this.view.focus(this.view.shown()[0]);
  }

  _last() {
    this.view.focus(this.view.shown().at(-1));
  }

  _open(node) {
    if (opens(node) && !this.view.isOpen(node)) this.view.setOpen(node, true);
    else if (opens(node) && Tree.below(node).length > 0) this.view.focus(Tree.below(node)[0]);
  }

  _close(node) {
    if (opens(node) && this.view.isOpen(node)) this.view.setOpen(node, false);
    else this.view.focus(node.parent);
  }

  // Selecting

  _select(node) {
    this.view.toggleSelected(node);
    this.#anchor = node;
    this.#saySelected();
  }

  _selectUp(node) {
    this.#extend(node, -1);
  }

  _selectDown(node) {
    this.#extend(node, 1);
  }

  #extend(node, direction) {
    this.#anchor ??= node;
    const nodes = this.view.shown().filter((one) => one.kind === this.#anchor.kind);
    const next = nodes[nodes.indexOf(node) + direction];
    if (!next) return;
    this.view.selectRange(this.#anchor, next);
    this.view.focus(next);
    this.#saySelected();
  }

  _unselect() {
    this.view.select([]);
    this.#anchor = null;
  }

  // Changing

  _rename(node) {
    this.edit(node, "title");
  }

  _add(node) {
    if (node.kind === "file") this.chooseFiles(node.parent);
    else if (node.kind === "topic" || node.kind === "lesson") this.newLine.open(node.kind, node.parent, node);
    else if (node.kind === "lessontest") this.newLine.open("topic", node.parent);
    else this.newLine.open("lesson", this.tree.root);
  }

  _addInside(node) {
    if (node.kind === "lesson") this.newLine.open("topic", node);
    else if (node.kind === "topic") this.chooseFiles(node);
    else this._add(node);
  }

  _addTest(node) {
    this.#addTest("lessontest", node, "newTest");
  }

  _addFinalTest() {
    this.#addTest("finaltest", this.tree.root, "newFinalTest");
  }

  #addTest(kind, parent, word) {
    this.view.setOpen(parent, true);
    const test = this.acts.add(kind, parent, { title: this.words(word) });
    this.edit(test, "title");
  }

  _addLesson() {
    this.newLine.open("lesson", this.tree.root);
  }

  _duplicate(node) {
    this.view.focus(this.acts.duplicate(node));
  }

  _remove(node) {
    this.acts.remove(this.view.actedOn(node));
  }

  _moveUp(node) {
    this.#move(node, stepPlace(this.tree.root, this.view.actedOn(node), -1));
  }

  _moveDown(node) {
    this.#move(node, stepPlace(this.tree.root, this.view.actedOn(node), 1));
  }

  _moveBack(node) {
    this.#move(node, hopPlace(this.tree.root, this.view.actedOn(node), -1));
  }

  _moveOn(node) {
    this.#move(node, hopPlace(this.tree.root, this.view.actedOn(node), 1));
  }

  #move(node, place) {
    if (place && this.acts.move(this.view.actedOn(node), place)) this.view.focus(node);
    else this.say(this.words("cannotMove"));
  }

  _moveTo(node) {
    const { words } = this;
    const back = () => this.view.focus(node);
    const nodes = this.view.actedOn(node);
    const onPlace = (place) => {
      if (this.acts.move(nodes, place)) this.view.focus(node);
    };
    askPlace(nodes, { root: this.tree.root, words, onPlace, back });
  }

  _undo() {
    this.acts.takeBack();
    this.#keepFocus();
  }

  _redo() {
    this.acts.doAgain();
    this.#keepFocus();
  }

  #keepFocus() {
    if (document.activeElement === document.body || document.activeElement.disabled) this.backToRow();
  }

  _menu(node) {
    this.openMenu(node, this.view.rowOf(node).parts.menu);
  }

  _help(node) {
    showHelp(() => node && this.view.focus(node));
  }
}
