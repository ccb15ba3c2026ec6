/* What people do to the tree: on the page at once, to the server by the queue; back and forth. */

import { Tree, isTest } from "./model.js";
import { inOrder, isThere, settled, wayBack } from "./places.js";
import { hasNode, madeNode } from "./recover.js";
import { titleOf, titlesOf } from "./words.js";

export class Acts {
  /**
   * `sync` is told of every answer, and fetches; `problems` shows what was not taken; `say` reads a
   * text out; `toast(text, act)` offers to undo.
   */
  constructor({ tree, view, queue, undo, words, sync, problems, say, toast, showProgram }) {
    Object.assign(this, { tree, view, queue, undo, words, sync, problems, say, toast, showProgram });
  }

  // Fields

  /** Set a field of a node. */
  edit(node, field, value) {
    const before = node.data[field] ?? "";
    if (before === value) return;
    this.#set(node, { [field]: value }, { [field]: before });
    const title = titleOf(node, this.words);
    const word = field !== "isActive" ? "didRename" : value ? "didSwitchOn" : "didSwitchOff";
    this.undo.push(this.words(word, { title }), this.#toValue(node, field, before, value));
    this.say(this.words(word, { title }));
  }

  /** What sets a field, and returns what sets its other value. */
  #toValue(node, field, value, other) {
    return () => {
      this.#set(node, { [field]: value }, { [field]: node.data[field] });
      if (this.#isHere(node)) this.view.focus(node);
      return this.#toValue(node, field, other, value);
    };
  }

  /** Send fields again, over what `node.data.version` names. */
  resend(node, fields, base) {
    this.#set(node, fields, base);
  }

  #set(node, fields, base) {
    if (!this.#isHere(node)) return;
    for (const name of Object.keys(fields)) node.pending[name] = (node.pending[name] ?? 0) + 1;
    Object.assign(node.data, fields);
    this.#show(node);
    this.queue.push(this.#editItem(node, fields, base));
  }

  #editItem(node, fields, base) {
    return {
      node,
      fields,
      base,
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

  #editFailed({ node, fields, base }, error) {
    const names = Object.keys(fields);
    const { stored } = error;
    if (stored) {
      if (names.every((name) => stored[name] === fields[name])) {
        // The answer to an earlier attempt was lost.
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
      if (this.#isHere(node)) this.problems.gone(node, fields);
      this.sync.fetchSoon();
      return;
    }
    // What was typed after it into the same node waits for the same decision.
    let mine = { ...fields };
    for (const later of this.queue.take((item) => item.node === node && item.fields)) {
      mine = { ...mine, ...later.fields };
      this.#settle(node, later.fields);
    }
    this.problems.show(node, { error, mine, base });
  }

  /** One request fewer is under way for these fields. */
  #settle(node, fields) {
    for (const name of Object.keys(fields)) {
      node.pending[name] -= 1;
      if (!node.pending[name]) delete node.pending[name];
    }
    return null;
  }

  #show(node) {
    if (node === this.tree.root) this.showProgram();
    else this.view.refresh(node);
  }

  // Adding

  /** Add a node in front of a sibling, or at the end; returns it. */
  add(kind, parent, facts, before = null) {
    const node = this.tree.make(kind, facts);
    this.#put(node, parent, before);
    const body = () => this.#addBody(node, parent, facts, before);
    const sought = () => ({ kind, parentId: parent.id, title: kind === "file" ? null : facts.title });
    this.#create(node, body, sought);
    this.undo.push(this.words("didAdd", { title: titleOf(node, this.words) }), () =>
      this.#takeOut([node]),
    );
    return node;
  }

  #addBody(node, parent, facts, before) {
    if (parent.id === null) return null;
    const body = { act: "add", kind: node.kind, title: facts.title ?? "" };
    if (node.kind === "lesson" || node.kind === "topic") body.before = before?.id ?? null;
    if (parent !== this.tree.root) body.parent = parent.id;
    if (node.kind === "file") body.key = facts.key;
    return body;
  }

  /** Duplicate a node with all below it, to the place behind it; returns the copy. */
  duplicate(node) {
    const copy = this.tree.clone(node);
    const title = titleOf(copy, this.words);
    this.#put(copy, node.parent, isTest(node) ? null : Tree.next(node));
    const body = () => node.id !== null && { act: "duplicate", kind: node.kind, id: node.id };
    this.#create(copy, body, () => ({ kind: node.kind, parentId: node.parent.id }));
    this.undo.push(this.words("didDuplicate", { title }), () => this.#takeOut([copy]));
    this.say(this.words("didDuplicate", { title }));
    return copy;
  }

  #create(node, body, sought) {
    const shape = Tree.shape(node);
    this.queue.push({
      body: () => body() || null,
      recover: async () => {
        const { treeVersion, program } = await this.sync.read();
        const isKnown = (kind, id) => Boolean(this.tree.find(kind, id));
        const found = madeNode(program, { ...sought(), isKnown });
        return found && { treeVersion, node: found };
      },
      done: (answer) => {
        if (!this.tree.adopt(shape, answer.node)) this.sync.fetchSoon();
        for (const one of Tree.walk(node)) {
          this.view.named(one);
          this.view.refresh(one);
        }
        this.sync.answered(answer);
      },
      failed: (error) => {
        if (this.#isHere(node)) this.#leave([node]);
        this.problems.refused(titleOf(node, this.words), error);
        this.sync.fetchSoon();
      },
    });
  }

  // Moving

  /** Move nodes of one kind to a place {parent, before}; returns whether they were elsewhere. */
  move(nodes, place) {
    const moved = inOrder(this.tree.root, nodes);
    const { parent, before } = settled(place, moved);
    if (isThere({ parent, before }, moved)) return false;
    const groups = wayBack(moved);
    this.#shift(moved, parent, before);
    const title = titlesOf(moved, this.words);
    this.undo.push(this.words("didMove", { title }), this.#toPlaces(moved, groups));
    const list = parent.children;
    this.say(
      this.words("movedInto", {
        title,
        parent: titleOf(parent, this.words),
        place: list.indexOf(moved[0]) + 1,
        total: list.length,
      }),
    );
    return true;
  }

  /** What moves nodes to the places of these groups, and returns what moves them from there. */
  #toPlaces(nodes, groups) {
    return () => {
      const here = inOrder(this.tree.root, nodes);
      const from = wayBack(here);
      // From the last group to the first: the sibling in front of which a group goes is there.
      for (const group of [...groups].reverse()) {
        if (this.#isHere(group.parent)) this.#shift(group.nodes, group.parent, group.before);
      }
      if (here[0]) this.view.focus(here[0]);
      return this.#toPlaces(here, from);
    };
  }

  #shift(all, parent, before) {
    const nodes = all.filter((node) => this.#isHere(node));
    if (nodes.length === 0) return;
    const sibling = before && before.parent === parent && this.#isHere(before) ? before : null;
    const earlier = new Set(nodes.map((node) => node.parent));
    this.tree.move(nodes, parent, sibling);
    for (const node of nodes) this.view.place(node);
    for (const old of earlier) this.view.refreshFigures(old);
    this.queue.push({
      body: () => {
        const ids = nodes.map((node) => node.id).filter((id) => id !== null);
        if (ids.length === 0 || parent.id === null) return null;
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
        else this.problems.refused(titlesOf(nodes, this.words), error);
        this.sync.fetchSoon();
      },
    });
  }

  // Deleting

  /** Delete nodes, with all below them; says what was touched and offers to undo. */
  remove(nodes) {
    const gone = inOrder(this.tree.root, nodes);
    const text = this.words("didDelete", { title: this.#describe(gone) });
    const back = this.#takeOut(gone, (people) => {
      if (people > 0 && this.toast.act === act) {
        const note = this.words("people", { count: people });
        this.toast.show(`${text} · ${note}. ${this.words("inBin")}`, act);
      }
    });
    const act = this.undo.push(text, back);
    this.toast.show(text, act);
    return act;
  }

  #describe(nodes) {
    const parts = [`${this.words(nodes[0].kind)} «${titlesOf(nodes, this.words)}»`];
    const totals = { topic: 0, file: 0, test: 0 };
    for (const node of nodes) {
      for (const [kind, count] of Object.entries(Tree.counts(node))) totals[kind] += count;
    }
    for (const [kind, count] of Object.entries(totals)) {
      if (count > 0) parts.push(this.words(`${kind}s`, { count }));
    }
    return parts.join(", ");
  }

  /** Delete without a message; returns what brings the nodes back. */
  #takeOut(nodes, onTouched = () => {}) {
    const here = nodes.filter((node) => this.#isHere(node));
    const places = wayBack(here);
    const entries = new Map();
    let people = 0;
    this.#leave(here);
    for (const node of here) {
      this.queue.push({
        body: () => node.id !== null && { act: "delete", kind: node.kind, id: node.id },
        recover: async () => {
          const { treeVersion, program } = await this.sync.read();
          return hasNode(program, node.kind, node.id) ? null : { treeVersion, entry: null };
        },
        done: (answer) => {
          entries.set(node, answer.entry);
          people = Math.max(people, answer.impact?.people ?? 0);
          onTouched(people);
          this.sync.answered(answer);
        },
        failed: (error) => {
          if (error.kind !== "gone") this.problems.refused(titleOf(node, this.words), error);
          this.sync.fetchSoon();
        },
      });
    }
    return () => this.#bringBack(places, entries);
  }

  /** Put deleted nodes back; returns what deletes them again. */
  #bringBack(places, entries) {
    const nodes = places.flatMap((group) => group.nodes);
    for (const group of [...places].reverse()) {
      const { parent, before } = group;
      if (!this.#isHere(parent)) continue;
      const sibling = before && before.parent === parent && this.#isHere(before) ? before : null;
      for (const node of group.nodes) this.#put(node, parent, sibling);
    }
    // In the reverse order of the deletes, so that what was deleted last is there first.
    for (const node of [...nodes].reverse()) {
      this.queue.push({
        body: () => (entries.get(node) ? { act: "restore", entry: entries.get(node) } : null),
        recover: async () => {
          const { treeVersion, program } = await this.sync.read();
          return hasNode(program, node.kind, node.id) ? { treeVersion, notes: [] } : null;
        },
        done: (answer) => {
          if (answer.notes?.length) this.toast.show(answer.notes.join(" "));
          this.sync.answered(answer);
          this.sync.fetchSoon();
        },
        failed: (error) => {
          this.problems.refused(titleOf(node, this.words), error);
          this.sync.fetchSoon();
        },
      });
    }
    if (nodes[0]) this.view.focus(nodes[0]);
    return () => this.#takeOut(nodes);
  }

  /** Take nodes off the page; the focus goes to what stands nearest. */
  #leave(nodes) {
    const shown = this.view.shown();
    const gone = new Set(nodes.flatMap((node) => [...Tree.walk(node)]));
    const isFocused = gone.has(this.view.current);
    const start = shown.findIndex((node) => gone.has(node));
    const rest = shown.slice(start).find((node) => !gone.has(node));
    const same = rest && nodes[0] && rest.kind === nodes[0].kind ? rest : null;
    const next = same ?? shown[start - 1] ?? rest ?? null;
    for (const node of nodes) {
      this.tree.detach(node);
      this.view.drop(node);
    }
    if (isFocused && next) this.view.focus(next);
    this.showProgram();
  }

  #put(node, parent, before) {
    this.tree.attach(node, parent, before);
    this.view.place(node);
    this.showProgram();
  }

  /** Take back the last act, or the given one. */
  takeBack(act) {
    this.#tell(this.undo.undo(act), "undone", "nothingToUndo");
  }

  /** Do again what was taken back last. */
  doAgain() {
    this.#tell(this.undo.redo(), "redone", "nothingToRedo");
  }

  #tell(act, word, nothing) {
    this.toast.hide();
    this.say(act ? this.words(word, { act: act.text }) : this.words(nothing));
  }

  #isHere(node) {
    return this.tree.has(node);
  }
}
