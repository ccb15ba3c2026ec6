/* Positions in the tree: one step up or down, at a neighbouring parent, or under the pointer. */

import { Tree, isTest, parentKind } from "./tree.js";

/** @import { Kind, TreeNode } from "./tree.js" */

/**
 * @typedef {{parent: TreeNode, before: TreeNode | null}} Position In front of a sibling, or at the end.
 * @typedef {Position & {nodes: TreeNode[]}} Group Nodes with the position that they came from.
 */

/**
 * All parents that nodes of a kind can stand below, in the order of the page.
 *
 * @param {TreeNode} root
 * @param {Kind} kind
 */
export function parentsFor(root, kind) {
  const wanted = parentKind(kind);
  return wanted ? [...Tree.walk(root)].filter((node) => node.kind === wanted) : [];
}

/**
 * Sort nodes by their position on the page.
 *
 * @param {TreeNode} root
 * @param {Iterable<TreeNode>} nodes
 */
export function inTreeOrder(root, nodes) {
  const wanted = new Set(nodes);
  return [...Tree.walk(root)].filter((node) => wanted.has(node));
}

/**
 * The position one step up (-1) or down (1) for nodes of one kind that are moved together; it may be
 * in the neighbouring parent. Null when there is none.
 *
 * @param {TreeNode} root
 * @param {TreeNode[]} nodes
 * @param {number} direction
 * @returns {Position | null}
 */
export function adjacentPosition(root, nodes, direction) {
  const moved = new Set(nodes);
  const edge = direction < 0 ? nodes[0] : nodes[nodes.length - 1];
  if (isTest(edge) || !edge.parent) return null;
  const list = Tree.siblings(edge);
  const rest = list.filter((node) => !moved.has(node) || node === edge);
  const index = rest.indexOf(edge);
  if (direction < 0 && index > 0) return { parent: edge.parent, before: rest[index - 1] };
  if (direction > 0 && index < rest.length - 1) {
    return { parent: edge.parent, before: rest[index + 2] ?? null };
  }
  const parent = neighbour(root, edge, direction);
  if (!parent) return null;
  const first = parent.children.find((node) => !moved.has(node)) ?? null;
  return { parent, before: direction < 0 ? null : first };
}

/**
 * The end of the previous (-1) or next (1) parent.
 *
 * @param {TreeNode} root
 * @param {TreeNode[]} nodes
 * @param {number} direction
 * @returns {Position | null}
 */
export function neighbourParentPosition(root, nodes, direction) {
  const edge = direction < 0 ? nodes[0] : nodes[nodes.length - 1];
  if (isTest(edge) || edge.kind === "lesson" || !edge.parent) return null;
  const parent = neighbour(root, edge, direction);
  return parent && { parent, before: null };
}

/** @param {TreeNode} root @param {TreeNode} node @param {number} direction */
function neighbour(root, node, direction) {
  const parents = parentsFor(root, node.kind);
  return parents[parents.indexOf(node.parent) + direction] ?? null;
}

/**
 * The position of nodes of a kind that are dropped on a row, or null when they cannot be there.
 * `part` is "upper" or "lower" for the halves of the row, "end" for the line behind the last child.
 *
 * @param {Kind} kind
 * @param {TreeNode} target
 * @param {"upper" | "lower" | "end"} part
 * @param {(node: TreeNode) => boolean} [isOpen]
 * @returns {Position | null}
 */
export function dropPosition(kind, target, part, isOpen = () => true) {
  const parent = parentKind(kind);
  if (part === "end") return endPosition(kind, target);
  if (target.kind === parent && parent !== "program") {
    const first = isOpen(target) && kind === "topic" ? (target.children[0] ?? null) : null;
    return { parent: target, before: first };
  }
  for (let node = target; node.parent; node = node.parent) {
    if (node.kind === kind) {
      const before = node === target && part === "upper" ? node : Tree.next(node);
      return { parent: node.parent, before };
    }
    if (node.parent.kind === parent && isTest(node)) return { parent: node.parent, before: null };
  }
  return null;
}

/**
 * The position of nodes of a kind that are dropped behind the last child of `target`.
 *
 * @param {Kind} kind
 * @param {TreeNode} target
 * @returns {Position | null}
 */
function endPosition(kind, target) {
  const parent = parentKind(kind);
  for (let node = /** @type {TreeNode | null} */ (target); node; node = node.parent) {
    if (node.kind === parent) return { parent: node, before: null };
    if (node.kind === kind) return { parent: node.parent, before: Tree.next(node) };
  }
  return null;
}

/**
 * The same position, named by a sibling that is not moved itself.
 *
 * @param {Position} position
 * @param {TreeNode[]} nodes
 * @returns {Position}
 */
export function skipMoved(position, nodes) {
  const moved = new Set(nodes);
  const { parent, before } = position;
  return { parent, before: before && moved.has(before) ? Tree.next(before, moved) : before };
}

/**
 * Whether nodes stand exactly there already.
 *
 * @param {Position} position
 * @param {TreeNode[]} nodes
 */
export function isAtPosition(position, nodes) {
  const { parent, before } = skipMoved(position, nodes);
  if (nodes.some((node) => node.parent !== parent)) return false;
  const list = parent.children;
  const start = (before ? list.indexOf(before) : list.length) - nodes.length;
  return nodes.every((node, n) => list[start + n] === node);
}

/**
 * The positions of nodes before they are moved, in groups that can be moved back in this order.
 *
 * @param {TreeNode[]} nodes
 */
export function originalPositions(nodes) {
  const moved = new Set(nodes);
  /** @type {Group[]} */
  const groups = [];
  for (const node of nodes) {
    const before = Tree.next(node, moved);
    const last = groups.at(-1);
    if (last && last.parent === node.parent && last.before === before) last.nodes.push(node);
    else groups.push({ nodes: [node], parent: node.parent, before });
  }
  return groups;
}
