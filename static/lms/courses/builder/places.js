/* Where nodes may go: one step up or down, to a neighbouring parent, or under the pointer. */

import { Tree, isTest, parentKind } from "./model.js";

/** All parents that nodes of a kind can stand below, in the order of the page. */
export function parentsFor(root, kind) {
  const wanted = parentKind(kind);
  return wanted ? [...Tree.walk(root)].filter((node) => node.kind === wanted) : [];
}

/** Sort nodes by their place on the page. */
export function inOrder(root, nodes) {
  const wanted = new Set(nodes);
  return [...Tree.walk(root)].filter((node) => wanted.has(node));
}

/**
 * One step up (-1) or down (1) for nodes of one kind that go together, across the border of their
 * parents too: {parent, before}, or null when there is no such place.
 */
export function stepPlace(root, nodes, direction) {
  const moved = new Set(nodes);
  const edge = direction < 0 ? nodes[0] : nodes.at(-1);
  if (isTest(edge) || !edge.parent) return null;
  const list = Tree.siblings(edge);
  const rest = list.filter((node) => !moved.has(node) || node === edge);
  const place = rest.indexOf(edge);
  if (direction < 0 && place > 0) return { parent: edge.parent, before: rest[place - 1] };
  if (direction > 0 && place < rest.length - 1) {
    return { parent: edge.parent, before: rest[place + 2] ?? null };
  }
  const parent = neighbour(root, edge, direction);
  if (!parent) return null;
  const first = parent.children.find((node) => !moved.has(node)) ?? null;
  return { parent, before: direction < 0 ? null : first };
}

/** The end of the previous (-1) or next (1) parent. */
export function hopPlace(root, nodes, direction) {
  const edge = direction < 0 ? nodes[0] : nodes.at(-1);
  if (isTest(edge) || edge.kind === "lesson" || !edge.parent) return null;
  const parent = neighbour(root, edge, direction);
  return parent && { parent, before: null };
}

function neighbour(root, node, direction) {
  const parents = parentsFor(root, node.kind);
  return parents[parents.indexOf(node.parent) + direction] ?? null;
}

/**
 * Where nodes of a kind land when they are dropped on a row. `part` is "upper" or "lower" for the
 * halves of the row, "end" for the line behind the last child of `target`. Null: not here.
 */
export function dropPlace(kind, target, part, isOpen = () => true) {
  const parent = parentKind(kind);
  if (part === "end") {
    for (let node = target; node; node = node.parent) {
      if (node.kind === parent) return { parent: node, before: null };
      if (node.kind === kind) return { parent: node.parent, before: Tree.next(node) };
    }
    return null;
  }
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

/** The sibling in front of which moved nodes stand in the end: one that is not moved itself. */
export function settled(place, nodes) {
  const moved = new Set(nodes);
  const { parent } = place;
  const before = place.before && moved.has(place.before) ? Tree.next(place.before, moved) : place.before;
  return { parent, before };
}

/** Whether nodes stand exactly there already. */
export function isThere(place, nodes) {
  const { parent, before } = settled(place, nodes);
  if (nodes.some((node) => node.parent !== parent)) return false;
  const list = parent.children;
  const start = (before ? list.indexOf(before) : list.length) - nodes.length;
  return nodes.every((node, n) => list[start + n] === node);
}

/**
 * What puts moved nodes back: groups of nodes with the place that each came from, to be moved in
 * this order. To be called before the move.
 */
export function wayBack(nodes) {
  const moved = new Set(nodes);
  const groups = [];
  for (const node of nodes) {
    const before = Tree.next(node, moved);
    const last = groups.at(-1);
    if (last && last.parent === node.parent && last.before === before) last.nodes.push(node);
    else groups.push({ nodes: [node], parent: node.parent, before });
  }
  return groups;
}
