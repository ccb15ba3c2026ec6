/* The tree on the page: its rows, which are open, which is current, which are selected. */

import { setTabIndex } from "../../../portal/dom.js";
import { inTreeOrder } from "./positions.js";
import { TreeRow, canOpen } from "./tree-row.js";
import { Tree } from "./tree.js";
import { between, toggled } from "./tree-selection.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { MergeResult, TreeNode } from "./tree.js"
 */

const CONTROLS = "[data-field], [data-switch], [data-menu], [data-questions]";

export class TreeView {
  /** Rows by the uid of their node. @type {Map<string, TreeRow>} */
  #rows = new Map();
  /** @type {TreeNode | null} */
  #current = null;
  /** @type {Set<TreeNode>} */
  #selected = new Set();
  /** Whether nodes are open, by kind and number. @type {Map<string, boolean>} */
  #openNow = new Map();

  /**
   * @param {HTMLElement} root
   * @param {{
   *   tree: Tree,
   *   translate: Translate,
   *   template: HTMLTemplateElement,
   *   memory: {read(): Record<string, boolean>, write(value: Record<string, boolean>): void},
   *   addLine: (node: TreeNode) => Element | null,
   *   onCurrent?: (node: TreeNode | null) => void,
   * }} options `memory` remembers what is open; `addLine` makes the line behind the last child.
   */
  constructor(root, { tree, translate, template, memory, addLine, onCurrent = () => {} }) {
    this.root = root;
    this.tree = tree;
    this.translate = translate;
    this.template = template;
    this.memory = memory;
    this.addLine = addLine;
    this.onCurrent = onCurrent;
    this.isArranging = false;
    for (const [key, isOpen] of Object.entries(memory.read())) this.#openNow.set(key, isOpen);
    this.#fillBelow(tree.root, root);
    this.#makeCurrent(Tree.below(tree.root)[0] ?? null);
  }

  /** @param {TreeNode} node */
  rowOf(node) {
    return this.#rows.get(node.uid);
  }

  /** The node of an element in its row, or in the rows below it. @param {Element} element */
  nodeAt(element) {
    /** @type {HTMLElement | null} */
    const wrap = element.closest("[data-uid]");
    return this.tree.get(wrap?.dataset.uid) ?? null;
  }

  get current() {
    return this.#current && this.tree.has(this.#current) ? this.#current : null;
  }

  /** The selected nodes in the order of the page. */
  get selected() {
    return inTreeOrder(this.tree.root, this.#selected);
  }

  /**
   * The nodes that an operation on `node` changes: the selection, when the node is part of it.
   *
   * @param {TreeNode} node
   */
  targetsOf(node) {
    return this.#selected.has(node) && this.#selected.size > 1 ? this.selected : [node];
  }

  // What is open

  /** @param {TreeNode} node */
  isOpen(node) {
    if (!canOpen(node)) return node.kind === "program";
    return this.#openNow.get(`${node.kind}:${node.id ?? node.uid}`) ?? node.kind === "lesson";
  }

  /** @param {TreeNode} node @param {boolean} isOpen */
  setOpen(node, isOpen) {
    if (!canOpen(node)) return;
    this.#openNow.set(`${node.kind}:${node.id ?? node.uid}`, isOpen);
    this.#remember();
    this.#showOpen(node);
    if (node === this.#current) this.#setTabIndex(node, 0);
    if (!isOpen && this.current && this.current !== node && this.#isUnder(this.current, node)) {
      this.focus(node);
    }
  }

  /**
   * Note that a node has got its number from the server: what is open is remembered by it.
   *
   * @param {TreeNode} node
   */
  identified(node) {
    const isOpen = this.#openNow.get(`${node.kind}:${node.uid}`);
    if (isOpen === undefined) return;
    this.#openNow.set(`${node.kind}:${node.id}`, isOpen);
    this.#remember();
  }

  #remember() {
    const known = [...this.#openNow].filter(([key]) => /:\d+$/.test(key));
    this.memory.write(Object.fromEntries(known));
  }

  /** @param {boolean} isOpen */
  setAllOpen(isOpen) {
    for (const node of Tree.walk(this.tree.root)) if (canOpen(node)) this.setOpen(node, isOpen);
  }

  /** @param {TreeNode} node */
  #showOpen(node) {
    const row = this.rowOf(node);
    if (!row) return;
    const isOpen = this.isOpen(node);
    if (isOpen && !row.isFilled) this.#fillBelow(node, row.below);
    row.isFilled ||= isOpen;
    row.below.hidden = !isOpen;
    row.row.setAttribute("aria-expanded", String(isOpen));
  }

  /** @param {TreeNode} node @param {TreeNode} above */
  #isUnder(node, above) {
    for (let one = node.parent; one; one = one.parent) if (one === above) return true;
    return false;
  }

  /** The nodes whose rows can be seen, in order. */
  shown() {
    /** @type {TreeNode[]} */
    const nodes = [];
    /** @param {TreeNode} node */
    const visit = (node) => {
      if (node !== this.tree.root) nodes.push(node);
      if (this.isOpen(node)) Tree.below(node).forEach(visit);
    };
    visit(this.tree.root);
    return nodes;
  }

  // Rows

  /** @param {TreeNode} node */
  #build(node) {
    const known = this.#rows.get(node.uid);
    if (known) return known.wrap;
    const row = new TreeRow(node, { template: this.template, translate: this.translate });
    this.#rows.set(node.uid, row);
    if (canOpen(node)) this.#showOpen(node);
    return row.wrap;
  }

  /** @param {TreeNode} node @param {Element} container */
  #fillBelow(node, container) {
    container.append(...Tree.below(node).map((child) => this.#build(child)));
    const line = this.addLine(node);
    if (line) container.append(line);
    this.#number(node);
  }

  /**
   * The element that holds the rows below a node; null as long as it was never open.
   *
   * @param {TreeNode} node
   */
  containerOf(node) {
    if (node === this.tree.root) return this.root;
    const row = this.rowOf(node);
    return row?.isFilled ? row.below : null;
  }

  /**
   * Put the row of a node where the tree has it; make the row when there is none.
   *
   * @param {TreeNode} node
   */
  place(node) {
    const container = this.containerOf(node.parent);
    if (!container) {
      this.rowOf(node)?.wrap.remove();
    } else {
      const wrap = this.#build(node);
      const list = Tree.below(node.parent);
      const previous = list[list.indexOf(node) - 1];
      const mark = (previous && this.rowOf(previous)?.wrap) ?? null;
      if (wrap.previousElementSibling !== mark || wrap.parentElement !== container) {
        this.#keepingFocus(() => (mark ? mark.after(wrap) : container.prepend(wrap)));
      }
    }
    this.#number(node.parent);
    this.refreshFigures(node.parent);
  }

  /**
   * Remove the rows of a node and of all nodes below it.
   *
   * @param {TreeNode} node
   */
  remove(node) {
    for (const one of Tree.walk(node)) {
      this.#selected.delete(one);
      this.#rows.get(one.uid)?.wrap.remove();
      this.#rows.delete(one.uid);
    }
    if (node.parent && this.containerOf(node.parent)) this.#number(node.parent);
    if (node.parent) this.refreshFigures(node.parent);
  }

  /**
   * Show what a merge has changed; never moves the row that has the focus.
   *
   * @param {MergeResult} result
   */
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

  /** @param {TreeNode | null} gone */
  #neighbourOf(gone) {
    for (let node = gone?.parent; node; node = node.parent) {
      if (this.tree.has(node) && node !== this.tree.root) return node;
    }
    return null;
  }

  /** @param {TreeNode} node */
  #arrange(node) {
    const container = this.containerOf(node);
    if (container) {
      const wraps = Tree.below(node).map((child) => this.#build(child));
      const focused = wraps.findIndex((wrap) => wrap.contains(document.activeElement));
      const isHere = focused >= 0 && wraps[focused].parentElement === container;
      const pivot = isHere ? focused : wraps.length;
      /** @type {Element | null} */
      let mark = isHere ? wraps[pivot] : container.querySelector(":scope > [data-add-line]");
      this.#keepingFocus(() => {
        for (const wrap of wraps.slice(0, pivot).reverse()) {
          if (wrap.nextElementSibling !== mark || wrap.parentElement !== container) {
            container.insertBefore(wrap, mark);
          }
          mark = wrap;
        }
        let previous = wraps[pivot];
        for (const wrap of wraps.slice(pivot + 1)) {
          if (previous.nextElementSibling !== wrap) previous.after(wrap);
          previous = wrap;
        }
      });
      this.#number(node);
    }
    this.refreshFigures(node);
  }

  /**
   * Move elements and keep the focus: a moved element loses it. `isArranging` tells listeners of
   * "blur" that the person has not left.
   *
   * @param {() => void} action
   */
  #keepingFocus(action) {
    const { activeElement } = document;
    this.isArranging = true;
    action();
    const isLost = activeElement?.isConnected && document.activeElement !== activeElement;
    if (isLost && activeElement instanceof HTMLElement) {
      activeElement.focus({ preventScroll: true });
    }
    this.isArranging = false;
  }

  /** @param {TreeNode} parent */
  #number(parent) {
    const list = Tree.below(parent);
    for (const [n, node] of list.entries()) {
      const row = this.rowOf(node)?.row;
      if (!row) continue;
      row.ariaPosInSet = String(n + 1);
      row.ariaSetSize = String(list.length);
    }
  }

  /**
   * Show the fields of a node again.
   *
   * @param {TreeNode} node
   */
  refresh(node) {
    this.rowOf(node)?.refresh();
  }

  /** @param {TreeNode} node */
  refreshFigures(node) {
    for (let one = node; one && one !== this.tree.root; one = one.parent) {
      this.rowOf(one)?.refreshFigures();
    }
  }

  // The current row

  /**
   * Make a node current and give its row the focus; open the nodes above it.
   *
   * @param {TreeNode | null | undefined} node
   */
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

  /**
   * Make a node current without moving the focus, for example after a click on one of its buttons.
   *
   * @param {TreeNode | null} node
   */
  makeCurrent(node) {
    this.#makeCurrent(node);
  }

  /** @param {TreeNode | null} node */
  #makeCurrent(node) {
    if (this.#current === node && node) return;
    if (this.#current) this.#setTabIndex(this.#current, -1);
    this.#current = node;
    if (node) this.#setTabIndex(node, 0);
    this.onCurrent(node);
  }

  /**
   * Let Tab reach only the current row, its controls and the buttons for adding there.
   *
   * @param {TreeNode} node
   * @param {number} value
   */
  #setTabIndex(node, value) {
    const row = this.rowOf(node);
    if (!row) return;
    row.row.tabIndex = value;
    setTabIndex(row.row.querySelectorAll(CONTROLS), value);
    const parent = canOpen(node) && this.isOpen(node) ? node : node.parent;
    const container = parent && this.containerOf(parent);
    const line = container?.querySelector(":scope > [data-add-line]");
    if (line) setTabIndex(line.querySelectorAll("button"), value);
  }

  // The selection

  /** @param {TreeNode[]} nodes */
  select(nodes) {
    for (const node of this.#selected) this.#showSelected(node, false);
    this.#selected = new Set(nodes);
    for (const node of this.#selected) this.#showSelected(node, true);
  }

  /** @param {TreeNode} node */
  toggleSelected(node) {
    this.select(toggled(this.selected, node));
  }

  /** @param {TreeNode} from @param {TreeNode} to */
  selectRange(from, to) {
    this.select(between(this.shown(), from, to));
  }

  /** @param {TreeNode} node @param {boolean} isSelected */
  #showSelected(node, isSelected) {
    this.rowOf(node)?.row.setAttribute("aria-selected", String(isSelected));
  }
}
