/* The tree on the page: rows, what is open, which row is current, which are selected. */

import { Tree } from "./model.js";
import { inOrder } from "./places.js";
import { Row, opens } from "./row.js";

const CONTROLS = "[data-field], [data-switch], [data-menu], [data-questions]";

export class TreeView {
  #rows = new Map();
  #current = null;
  #selected = new Set();
  #openNow = new Map();

  /** `memory` remembers what is open: {read(), write(object)}; `addLine(node)` ends a parent's list. */
  constructor(root, { tree, words, template, memory, addLine, onCurrent = () => {} }) {
    Object.assign(this, { root, tree, words, template, memory, addLine, onCurrent });
    this.isArranging = false;
    for (const [key, isOpen] of Object.entries(memory.read())) this.#openNow.set(key, isOpen);
    this.#fillBelow(tree.root, root);
    this.#makeCurrent(Tree.below(tree.root)[0] ?? null);
  }

  rowOf(node) {
    return this.#rows.get(node.uid);
  }

  /** The node of an element inside of its row or of what belongs to it. */
  nodeAt(element) {
    const wrap = element?.closest?.("[data-uid]");
    return (wrap && this.tree.get(wrap.dataset.uid)) ?? null;
  }

  get current() {
    return this.#current && this.tree.has(this.#current) ? this.#current : null;
  }

  /** The selected nodes in the order of the page. */
  get selected() {
    return inOrder(this.tree.root, this.#selected);
  }

  /** The nodes that an act on `node` is about: the selection when it is part of it. */
  actedOn(node) {
    return this.#selected.has(node) && this.#selected.size > 1 ? this.selected : [node];
  }

  // What is open

  isOpen(node) {
    if (!opens(node)) return node.kind === "program";
    return this.#openNow.get(`${node.kind}:${node.id ?? node.uid}`) ?? node.kind === "lesson";
  }

  setOpen(node, isOpen) {
    if (!opens(node)) return;
    this.#openNow.set(`${node.kind}:${node.id ?? node.uid}`, isOpen);
    this.#remember();
    this.#showOpen(node);
    if (node === this.#current) this.#setReach(node, "0");
    if (!isOpen && this.current && this.current !== node && this.#isUnder(this.current, node)) {
      this.focus(node);
    }
  }

  /** A node has got its number from the server: what is open is remembered by it. */
  named(node) {
    const isOpen = this.#openNow.get(`${node.kind}:${node.uid}`);
    if (isOpen === undefined) return;
    this.#openNow.set(`${node.kind}:${node.id}`, isOpen);
    this.#remember();
  }

  #remember() {
    const known = [...this.#openNow].filter(([key]) => /:\d+$/.test(key));
    this.memory.write(Object.fromEntries(known));
  }

  setAllOpen(isOpen) {
    for (const node of Tree.walk(this.tree.root)) if (opens(node)) this.setOpen(node, isOpen);
  }

  #showOpen(node) {
    const row = this.rowOf(node);
    if (!row) return;
    const isOpen = this.isOpen(node);
    if (isOpen && !row.isFilled) this.#fillBelow(node, row.below);
    row.isFilled ||= isOpen;
    row.below.hidden = !isOpen;
    row.row.setAttribute("aria-expanded", String(isOpen));
  }

  #isUnder(node, above) {
    for (let one = node.parent; one; one = one.parent) if (one === above) return true;
    return false;
  }

  /** The nodes whose rows can be seen, in order. */
  shown() {
    const nodes = [];
    const visit = (node) => {
      if (node !== this.tree.root) nodes.push(node);
      if (this.isOpen(node)) Tree.below(node).forEach(visit);
    };
    visit(this.tree.root);
    return nodes;
  }

  // Rows

  #build(node) {
    const known = this.#rows.get(node.uid);
    if (known) return known.wrap;
    const row = new Row(node, { template: this.template, words: this.words });
    this.#rows.set(node.uid, row);
    if (opens(node)) this.#showOpen(node);
    return row.wrap;
  }

  #fillBelow(node, container) {
    container.append(...Tree.below(node).map((child) => this.#build(child)));
    const line = this.addLine(node);
    if (line) container.append(line);
    this.#number(node);
  }

  /** The element that holds the rows below a node; null while it was never open. */
  containerOf(node) {
    if (node === this.tree.root) return this.root;
    const row = this.rowOf(node);
    return row?.isFilled ? row.below : null;
  }

  /** Put the row of a node where the tree has it, building it when there is none. */
  place(node) {
    const container = this.containerOf(node.parent);
    if (!container) {
      this.rowOf(node)?.wrap.remove();
    } else {
      const wrap = this.#build(node);
      const list = Tree.below(node.parent);
      const previous = list[list.indexOf(node) - 1];
      const mark = previous ? this.rowOf(previous).wrap : null;
      if (wrap.previousElementSibling !== mark || wrap.parentElement !== container) {
        this.#keepingFocus(() => (mark ? mark.after(wrap) : container.prepend(wrap)));
      }
    }
    this.#number(node.parent);
    this.refreshFigures(node.parent);
  }

  /** Take the rows of a node and of all below it away. */
  drop(node) {
    for (const one of Tree.walk(node)) {
      this.#selected.delete(one);
      this.#rows.get(one.uid)?.wrap.remove();
      this.#rows.delete(one.uid);
    }
    if (node.parent && this.containerOf(node.parent)) this.#number(node.parent);
    if (node.parent) this.refreshFigures(node.parent);
  }

  /** Show what a merge has changed; never moves the row that has the focus. */
  showMerge({ removed, changed, arranged }) {
    const neighbour = this.current ? null : this.#neighbourOf(this.#current);
    const hadFocus = this.root.contains(document.activeElement);
    for (const node of removed) {
      this.#selected.delete(node);
      this.#rows.get(node.uid)?.wrap.remove();
      this.#rows.delete(node.uid);
    }
    for (const node of arranged) if (this.tree.has(node)) this.#arrange(node);
    for (const node of changed) this.rowOf(node)?.refresh();
    if (this.current) return;
    const next = neighbour ?? Tree.below(this.tree.root)[0] ?? null;
    if (next && hadFocus) this.focus(next);
    else this.#makeCurrent(next);
  }

  #neighbourOf(gone) {
    for (let node = gone?.parent; node; node = node.parent) {
      if (this.tree.has(node) && node !== this.tree.root) return node;
    }
    return null;
  }

  #arrange(node) {
    const container = this.containerOf(node);
    if (container) {
      const wraps = Tree.below(node).map((child) => this.#build(child));
      const focused = wraps.findIndex((wrap) => wrap.contains(document.activeElement));
      const isHere = focused >= 0 && wraps[focused].parentElement === container;
      const pivot = isHere ? focused : wraps.length;
      let mark = isHere ? wraps[pivot] : container.querySelector(":scope > [data-add-line]");
      this.#keepingFocus(() => {
        for (const wrap of wraps.slice(0, pivot).reverse()) {
          if (wrap.nextElementSibling !== mark || wrap.parentElement !== container) {
            container.insertBefore(wrap, mark);
          }
          mark = wrap;
        }
        mark = wraps[pivot];
        for (const wrap of wraps.slice(pivot + 1)) {
          if (mark.nextElementSibling !== wrap) mark.after(wrap);
          mark = wrap;
        }
      });
      this.#number(node);
    }
    this.refreshFigures(node);
  }

  /** An element that is moved loses the focus; give it back, and let nobody take that for a blur. */
  #keepingFocus(action) {
    const { activeElement } = document;
    this.isArranging = true;
    action();
    if (activeElement?.isConnected && document.activeElement !== activeElement) {
      activeElement.focus({ preventScroll: true });
    }
    this.isArranging = false;
  }

  #number(parent) {
    const list = Tree.below(parent);
    for (const [n, node] of list.entries()) {
      const row = this.rowOf(node)?.row;
      if (!row) continue;
      row.ariaPosInSet = String(n + 1);
      row.ariaSetSize = String(list.length);
    }
  }

  /** Show the facts of a node again. */
  refresh(node) {
    this.rowOf(node)?.refresh();
  }

  refreshFigures(node) {
    for (let one = node; one && one !== this.tree.root; one = one.parent) {
      this.rowOf(one)?.refreshFigures();
    }
  }

  // The current row

  /** Make a node current and give its row the focus; opens what hides it. */
  focus(node) {
    if (!node || node === this.tree.root) return;
    for (let above = node.parent; above && above !== this.tree.root; above = above.parent) {
      if (!this.isOpen(above)) this.setOpen(above, true);
    }
    this.#makeCurrent(node);
    const row = this.rowOf(node)?.row;
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: "nearest" });
  }

  /** Make a node current without moving the focus, as after a click on one of its buttons. */
  touch(node) {
    this.#makeCurrent(node);
  }

  #makeCurrent(node) {
    if (this.#current === node && node) return;
    if (this.#current) this.#setReach(this.#current, "-1");
    this.#current = node;
    if (node) this.#setReach(node, "0");
    this.onCurrent(node);
  }

  /** Only the current row, its controls, and the buttons for adding there are reached by Tab. */
  #setReach(node, value) {
    const row = this.rowOf(node);
    if (!row) return;
    row.row.tabIndex = Number(value);
    for (const control of row.row.querySelectorAll(CONTROLS)) control.tabIndex = Number(value);
    const parent = opens(node) && this.isOpen(node) ? node : node.parent;
    const container = parent && this.containerOf(parent);
    const line = container?.querySelector(":scope > [data-add-line]");
    for (const button of line?.querySelectorAll("button") ?? []) button.tabIndex = Number(value);
  }

  // The selection

  select(nodes) {
    for (const node of this.#selected) this.#showSelected(node, false);
    this.#selected = new Set(nodes);
    for (const node of this.#selected) this.#showSelected(node, true);
  }

  /** Add a node to the selection or take it out; nodes of another kind are left. */
  toggleSelected(node) {
    const same = this.selected.filter((one) => one.kind === node.kind);
    this.select(same.includes(node) ? same.filter((one) => one !== node) : [...same, node]);
  }

  /** Select all of one kind between two nodes. */
  selectRange(from, to) {
    const nodes = this.shown();
    const [start, end] = [nodes.indexOf(from), nodes.indexOf(to)].sort((a, b) => a - b);
    this.select(nodes.slice(Math.max(0, start), end + 1).filter((node) => node.kind === to.kind));
  }

  #showSelected(node, isSelected) {
    this.rowOf(node)?.row.setAttribute("aria-selected", String(isSelected));
  }
}
