/* After a lost answer: was the act carried out? Looks it up in the tree as the server gives it. */

const LISTS = ["lessons", "topics", "files", "tests"];

/** All nodes of the server's tree with the number of their parent. */
export function* nodesOf(data, parentId = null) {
  yield { data, parentId };
  for (const list of LISTS) {
    for (const child of data[list] ?? []) yield* nodesOf(child, data.id);
  }
}

/**
 * The node that an add or a duplicate has made: of this kind, below this parent, with this title
 * where it is known, and new to the page. Null when there is none.
 */
export function madeNode(program, { kind, parentId = null, title = null, isKnown }) {
  for (const { data, parentId: below } of nodesOf(program)) {
    if (data.kind !== kind || isKnown(kind, data.id)) continue;
    if (parentId !== null && below !== parentId) continue;
    if (title === null || data.title === title) return data;
  }
  return null;
}

/** Whether the server's tree has a node. */
export function hasNode(program, kind, id) {
  return [...nodesOf(program)].some(({ data }) => data.kind === kind && data.id === id);
}
