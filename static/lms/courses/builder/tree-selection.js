/* Which nodes are selected after a click or a key. */

/** @import { TreeNode } from "./tree.js" */

/**
 * Return the selection with a node added or taken out; nodes of another kind are deselected.
 *
 * @param {TreeNode[]} selected
 * @param {TreeNode} node
 */
export function toggled(selected, node) {
  const same = selected.filter((one) => one.kind === node.kind);
  return same.includes(node) ? same.filter((one) => one !== node) : [...same, node];
}

/**
 * Return the nodes between two shown nodes, both included, that are of the kind of the second.
 *
 * @param {TreeNode[]} shown
 * @param {TreeNode} from
 * @param {TreeNode} to
 */
export function between(shown, from, to) {
  const [start, end] = [shown.indexOf(from), shown.indexOf(to)].sort((a, b) => a - b);
  return shown.slice(Math.max(0, start), end + 1).filter((node) => node.kind === to.kind);
}
