/* Adding nodes to the page, deleting them and restoring them, each with its request. */

import { hasNode } from "./lost-response.js";
import { titleOf } from "./node-titles.js";
import { originalPositions } from "./positions.js";
import { Tree } from "./tree.js";

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { Toast } from "../../../portal/toast.js"
 * @import { OperationQueue } from "./operation-queue.js"
 * @import { Group } from "./positions.js"
 * @import { Problems } from "./problems.js"
 * @import { Sync } from "./sync.js"
 * @import { TreeView } from "./tree-view.js"
 * @import { TreeNode } from "./tree.js"
 * @import { UndoEntry, UndoStack } from "./undo-stack.js"
 */

export class NodeRemoval {
  /**
   * @param {{
   *   tree: Tree,
   *   view: TreeView,
   *   queue: OperationQueue,
   *   undo: UndoStack,
   *   translate: Translate,
   *   sync: Sync,
   *   problems: Problems,
   *   say: (text: string) => void,
   *   toast: Toast<UndoEntry>,
   *   showProgram: () => void,
   * }} parts `say` announces a text to screen readers; `showProgram` refreshes the head of the page.
   */
  constructor({ tree, view, queue, undo, translate, sync, problems, say, toast, showProgram }) {
    this.tree = tree;
    this.view = view;
    this.queue = queue;
    this.undo = undo;
    this.translate = translate;
    this.sync = sync;
    this.problems = problems;
    this.say = say;
    this.toast = toast;
    this.showProgram = showProgram;
  }

  /**
   * Delete without a message; returns the function that restores the nodes.
   *
   * @param {TreeNode[]} nodes
   * @param {(people: number) => void} [onImpact] Gets how many people have progress in them.
   * @returns {() => any}
   */
  takeOut(nodes, onImpact = () => {}) {
    const here = nodes.filter((node) => this.isHere(node));
    const groups = originalPositions(here);
    /** The entries of the bin. @type {Map<TreeNode, number>} */
    const entries = new Map();
    let people = 0;
    this.removeFromPage(here);
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
          onImpact(people);
          this.sync.answered(answer);
        },
        failed: (error) => {
          if (error.kind !== "gone") this.problems.refused(titleOf(node, this.translate), error);
          this.sync.fetchSoon();
        },
      });
    }
    return () => this.restore(groups, entries);
  }

  /**
   * Restore deleted nodes; returns the function that deletes them again.
   *
   * @param {Group[]} groups
   * @param {Map<TreeNode, number>} entries
   * @returns {() => any}
   */
  restore(groups, entries) {
    const nodes = groups.flatMap((group) => group.nodes);
    for (const group of [...groups].reverse()) {
      const { parent, before } = group;
      if (!this.isHere(parent)) continue;
      const sibling = before && before.parent === parent && this.isHere(before) ? before : null;
      for (const node of group.nodes) this.put(node, parent, sibling);
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
          this.problems.refused(titleOf(node, this.translate), error);
          this.sync.fetchSoon();
        },
      });
    }
    if (nodes[0]) this.view.focus(nodes[0]);
    return () => this.takeOut(nodes);
  }

  /**
   * Remove nodes from the page; the focus goes to the nearest row.
   *
   * @param {TreeNode[]} nodes
   */
  removeFromPage(nodes) {
    const shown = this.view.shown();
    const gone = new Set(nodes.flatMap((node) => [...Tree.walk(node)]));
    const isFocused = this.view.current !== null && gone.has(this.view.current);
    const start = shown.findIndex((node) => gone.has(node));
    const rest = shown.slice(start).find((node) => !gone.has(node));
    const same = rest && nodes[0] && rest.kind === nodes[0].kind ? rest : null;
    const next = same ?? shown[start - 1] ?? rest ?? null;
    for (const node of nodes) {
      this.tree.detach(node);
      this.view.remove(node);
    }
    if (isFocused && next) this.view.focus(next);
    this.showProgram();
  }

  /** @param {TreeNode} node @param {TreeNode} parent @param {TreeNode | null} before */
  put(node, parent, before) {
    this.tree.attach(node, parent, before);
    this.view.place(node);
    this.showProgram();
  }

  /** @param {TreeNode} node */
  isHere(node) {
    return this.tree.has(node);
  }
}
