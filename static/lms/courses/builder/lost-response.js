/* After a lost response: finds out from the tree of the server whether an operation was carried out. */

/** @import { Kind, ServerNode } from "./tree.js" */

const LISTS = ["lessons", "topics", "files", "tests"];

/**
 * All nodes of the server's tree with the id of their parent.
 *
 * @param {ServerNode} data
 * @param {number | null} [parentId]
 * @returns {Generator<{data: ServerNode, parentId: number | null}>}
 */
export function* walkServerTree(data, parentId = null) {
  yield { data, parentId };
  for (const list of LISTS) {
    for (const child of data[list] ?? []) yield* walkServerTree(child, data.id);
  }
}

/**
 * The node that adding or duplicating has made: of this kind, below this parent, with this title
 * where it is known, and new to the page. Null when there is none.
 *
 * @param {ServerNode} program
 * @param {{
 *   kind: Kind,
 *   parentId?: number | null,
 *   title?: string | null,
 *   isKnown: (kind: Kind, id: number | null) => boolean,
 * }} wanted
 */
export function findCreatedNode(program, { kind, parentId = null, title = null, isKnown }) {
  for (const { data, parentId: below } of walkServerTree(program)) {
    if (data.kind !== kind || isKnown(kind, data.id)) continue;
    if (parentId !== null && below !== parentId) continue;
    if (title === null || data.title === title) return data;
  }
  return null;
}

/**
 * Whether the server's tree has a node.
 *
 * @param {ServerNode} program
 * @param {Kind} kind
 * @param {number} id
 */
export function hasNode(program, kind, id) {
  return [...walkServerTree(program)].some(({ data }) => data.kind === kind && data.id === id);
}
