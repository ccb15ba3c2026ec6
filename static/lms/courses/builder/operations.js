/* The operations on the tree: shown on the page at once, sent by the queue, undone and redone. */

import { findCreatedNode } from "./lost-response.js";
import { NodeRemoval } from "./node-removal.js";
import { titleOf, titlesOf } from "./node-titles.js";
import { inTreeOrder, isAtPosition, originalPositions, skipMoved } from "./positions.js";
import { Tree, isTest } from "./tree.js";

/**
 * @import { Item } from "./operation-queue.js"
 * @import { Group, Position } from "./positions.js"
 * @import { Kind, TreeNode } from "./tree.js"
 * @import { UndoEntry } from "./undo-stack.js"
 */

/**
 * @typedef {Record<string, any>} Fields
 */

export class Operations extends NodeRemoval {
  // Fields

  /**
   * Set a field of a node.
   *
   * @param {TreeNode} node
   * @param {string} field
   * @param {any} value
   */
  edit(node, field, value) {
    const before = node.data[field] ?? "";
    if (before === value) return;
    this.#set(node, { [field]: value }, { [field]: before });
    const title = titleOf(node, this.translate);
    const message = field !== "isActive" ? "renamed" : value ? "switchedOn" : "switchedOff";
    this.undo.push(this.translate(message, { title }), this.#toValue(node, field, before, value));
    this.say(this.translate(message, { title }));
  }

  /**
   * Returns a function that sets a field, and that returns the function that sets it back.
   *
   * @param {TreeNode} node
   * @param {string} field
   * @param {any} value
   * @param {any} other
   * @returns {() => any}
   */
  #toValue(node, field, value, other) {
    return () => {
      this.#set(node, { [field]: value }, { [field]: node.data[field] });
      if (this.isHere(node)) this.view.focus(node);
      return this.#toValue(node, field, other, value);
    };
  }

  /**
   * Send fields again, in place of the version that `node.data.version` names.
   *
   * @param {TreeNode} node
   * @param {Fields} fields
   * @param {Fields} base What they replace.
   */
  resend(node, fields, base) {
    this.#set(node, fields, base);
  }

  /** @param {TreeNode} node @param {Fields} fields @param {Fields} base */
  #set(node, fields, base) {
    if (!this.isHere(node)) return;
    for (const name of Object.keys(fields)) node.pending[name] = (node.pending[name] ?? 0) + 1;
    Object.assign(node.data, fields);
    this.#show(node);
    this.queue.push(this.#editItem(node, fields, base));
  }

  /**
   * @param {TreeNode} node
   * @param {Fields} fields
   * @param {Fields} base
   * @returns {Item}
   */
  #editItem(node, fields, base) {
    return {
      node,
      fields,
      body: () =>
        node.id === null
          ? this.#settle(node, fields)
          : { act: "edit", kind: node.kind, id: node.id, version: node.data.version, fields },
      done: (answer) => {
        this.#settle(node, fields);
        Tree.take(node, answer.node);
        if (node.problem) this.problems.clear(node);
        this.#show(node);
        this.sync.answered(answer);
      },
      failed: (error) => this.#editFailed({ node, fields, base }, error),
    };
  }

  /** @param {{node: TreeNode, fields: Fields, base: Fields}} edit @param {any} error */
  #editFailed({ node, fields, base }, error) {
    const names = Object.keys(fields);
    const { stored } = error;
    if (stored) {
      if (names.every((name) => stored[name] === fields[name])) {
        // The response to an earlier attempt was lost.
        this.#settle(node, fields);
        Tree.take(node, stored);
        this.#show(node);
        this.sync.fetchSoon();
        return;
      }
      if (names.every((name) => stored[name] === base[name])) {
        // Another field was changed: both changes hold.
        Tree.take(node, stored);
        this.#show(node);
        this.queue.pushFirst(this.#editItem(node, fields, base));
        this.sync.fetchSoon();
        return;
      }
    }
    this.#settle(node, fields);
    if (error.kind === "gone") {
      if (this.isHere(node)) this.problems.gone(node, fields);
      this.sync.fetchSoon();
      return;
    }
    // Later changes of the same node wait for the same decision.
    let mine = { ...fields };
    for (const later of this.queue.take((item) => item.node === node && item.fields)) {
      mine = { ...mine, ...later.fields };
      this.#settle(node, later.fields ?? {});
    }
    this.problems.show(node, { error, mine, base });
  }

  /**
   * Count one request fewer under way for these fields.
   *
   * @param {TreeNode} node
   * @param {Fields} fields
   */
  #settle(node, fields) {
    for (const name of Object.keys(fields)) {
      node.pending[name] -= 1;
      if (!node.pending[name]) delete node.pending[name];
    }
    return null;
  }

  /** @param {TreeNode} node */
  #show(node) {
    if (node === this.tree.root) this.showProgram();
    else this.view.refresh(node);
  }

  // Adding

  /**
   * Add a node in front of a sibling, or at the end; returns it.
   *
   * @param {Kind} kind
   * @param {TreeNode} parent
   * @param {Fields} fields
   * @param {TreeNode | null} [before]
   */
  add(kind, parent, fields, before = null) {
    const node = this.tree.make(kind, fields);
    this.put(node, parent, before);
    const body = () => this.#addBody(node, parent, fields, before);
    const sought = () => ({ kind, parentId: parent.id, title: kind === "file" ? null : fields.title });
    this.#create(node, body, sought);
    this.undo.push(this.translate("added", { title: titleOf(node, this.translate) }), () =>
      this.takeOut([node]),
    );
    return node;
  }

  /** @param {TreeNode} node @param {TreeNode} parent @param {Fields} fields @param {TreeNode | null} before */
  #addBody(node, parent, fields, before) {
    if (parent.id === null) return null;
    /** @type {Fields} */
    const body = { act: "add", kind: node.kind, title: fields.title ?? "" };
    if (node.kind === "lesson" || node.kind === "topic") body.before = before?.id ?? null;
    if (parent !== this.tree.root) body.parent = parent.id;
    if (node.kind === "file") body.key = fields.key;
    return body;
  }

  /**
   * Duplicate a node with all nodes below it; the copy comes behind it. Returns the copy.
   *
   * @param {TreeNode} node
   */
  duplicate(node) {
    const copy = this.tree.clone(node);
    const title = titleOf(copy, this.translate);
    this.put(copy, node.parent, isTest(node) ? null : Tree.next(node));
    const body = () => node.id !== null && { act: "duplicate", kind: node.kind, id: node.id };
    this.#create(copy, body, () => ({ kind: node.kind, parentId: node.parent.id }));
    this.undo.push(this.translate("duplicated", { title }), () => this.takeOut([copy]));
    this.say(this.translate("duplicated", { title }));
    return copy;
  }

  /**
   * @param {TreeNode} node
   * @param {() => any} body
   * @param {() => {kind: Kind, parentId: number | null, title?: string | null}} sought
   */
  #create(node, body, sought) {
    const shape = Tree.shape(node);
    this.queue.push({
      body: () => body() || null,
      recover: async () => {
        const { treeVersion, program } = await this.sync.read();
        /** @param {Kind} kind @param {number | null} id */
        const isKnown = (kind, id) => Boolean(this.tree.find(kind, id));
        const found = findCreatedNode(program, { ...sought(), isKnown });
        return found && { treeVersion, node: found };
      },
      done: (answer) => {
        if (!this.tree.adopt(shape, answer.node)) this.sync.fetchSoon();
        for (const one of Tree.walk(node)) {
          this.view.identified(one);
          this.view.refresh(one);
        }
        this.sync.answered(answer);
      },
      failed: (error) => {
        if (this.isHere(node)) this.removeFromPage([node]);
        this.problems.refused(titleOf(node, this.translate), error);
        this.sync.fetchSoon();
      },
    });
  }

  // Moving

  /**
   * Move nodes of one kind; returns whether they were elsewhere.
   *
   * @param {TreeNode[]} nodes
   * @param {Position} position
   */
  move(nodes, position) {
    const moved = inTreeOrder(this.tree.root, nodes);
    const { parent, before } = skipMoved(position, moved);
    if (isAtPosition({ parent, before }, moved)) return false;
    const groups = originalPositions(moved);
    this.#shift(moved, parent, before);
    const title = titlesOf(moved, this.translate);
    this.undo.push(this.translate("moved", { title }), this.#toPositions(moved, groups));
    const list = parent.children;
    this.say(
      this.translate("movedInto", {
        title,
        parent: titleOf(parent, this.translate),
        place: list.indexOf(moved[0]) + 1,
        total: list.length,
      }),
    );
    return true;
  }

  /**
   * Returns a function that moves nodes to the positions of these groups, and that returns the
   * function that moves them back.
   *
   * @param {TreeNode[]} nodes
   * @param {Group[]} groups
   * @returns {() => any}
   */
  #toPositions(nodes, groups) {
    return () => {
      const here = inTreeOrder(this.tree.root, nodes);
      const from = originalPositions(here);
      // From the last group to the first: the sibling in front of which a group goes is there.
      for (const group of [...groups].reverse()) {
        if (this.isHere(group.parent)) this.#shift(group.nodes, group.parent, group.before);
      }
      if (here[0]) this.view.focus(here[0]);
      return this.#toPositions(here, from);
    };
  }

  /** @param {TreeNode[]} all @param {TreeNode} parent @param {TreeNode | null} before */
  #shift(all, parent, before) {
    const nodes = all.filter((node) => this.isHere(node));
    if (nodes.length === 0) return;
    const sibling = before && before.parent === parent && this.isHere(before) ? before : null;
    const earlier = new Set(nodes.map((node) => node.parent));
    this.tree.move(nodes, parent, sibling);
    for (const node of nodes) this.view.place(node);
    for (const old of earlier) this.view.refreshFigures(old);
    this.queue.push({
      body: () => {
        const ids = nodes.map((node) => node.id).filter((id) => id !== null);
        if (ids.length === 0 || parent.id === null) return null;
        /** @type {Fields} */
        const body = { act: "move", kind: nodes[0].kind, ids, before: sibling?.id ?? null };
        if (parent !== this.tree.root) body.parent = parent.id;
        return body;
      },
      done: (answer) => {
        // A moved file may have become a document.
        for (const data of answer.nodes) {
          const node = this.tree.find(data.kind, data.id);
          if (node && Tree.take(node, data)) this.view.refresh(node);
        }
        this.sync.answered(answer);
      },
      failed: (error) => {
        if (error.kind === "gone") this.problems.gone(nodes[0]);
        else this.problems.refused(titlesOf(nodes, this.translate), error);
        this.sync.fetchSoon();
      },
    });
  }

  // Deleting

  /**
   * Delete nodes with all nodes below them; says what was deleted and offers to undo it.
   *
   * @param {TreeNode[]} nodes
   */
  remove(nodes) {
    const gone = inTreeOrder(this.tree.root, nodes);
    const text = this.translate("deleted", { title: this.#describe(gone) });
    const back = this.takeOut(gone, (people) => {
      if (people > 0 && this.toast.action === entry) {
        const note = this.translate("people", { count: people });
        this.toast.show(`${text} · ${note}. ${this.translate("inBin")}`, entry);
      }
    });
    const entry = this.undo.push(text, back);
    this.toast.show(text, entry);
    return entry;
  }

  /** @param {TreeNode[]} nodes */
  #describe(nodes) {
    const parts = [`${this.translate(nodes[0].kind)} «${titlesOf(nodes, this.translate)}»`];
    /** @type {Record<string, number>} */
    const totals = { topic: 0, file: 0, test: 0 };
    for (const node of nodes) {
      for (const [kind, count] of Object.entries(Tree.counts(node))) totals[kind] += count;
    }
    for (const [kind, count] of Object.entries(totals)) {
      if (count > 0) parts.push(this.translate(`${kind}s`, { count }));
    }
    return parts.join(", ");
  }

  /**
   * Undo the last operation, or the given one.
   *
   * @param {UndoEntry} [entry]
   */
  undoLast(entry) {
    this.#tell(this.undo.undo(entry), "undone", "nothingToUndo");
  }

  /** Redo what was undone last. */
  redoLast() {
    this.#tell(this.undo.redo(), "redone", "nothingToRedo");
  }

  /** @param {UndoEntry | null} entry @param {string} message @param {string} nothing */
  #tell(entry, message, nothing) {
    this.toast.hide();
    this.say(entry ? this.translate(message, { act: entry.text }) : this.translate(nothing));
  }
}
