/* How nodes of the tree are called in messages. */

/**
 * @import { Translate } from "../../../portal/messages.js"
 * @import { TreeNode } from "./tree.js"
 */

/**
 * The title that people know a node by.
 *
 * @param {TreeNode} node
 * @param {Translate} translate
 * @returns {string}
 */
export function titleOf(node, translate) {
  return node.data.title || node.data.originalName || translate("untitled");
}

/**
 * What several nodes are called.
 *
 * @param {TreeNode[]} nodes
 * @param {Translate} translate
 */
export function titlesOf(nodes, translate) {
  const title = titleOf(nodes[0], translate);
  return nodes.length === 1 ? title : translate("several", { title, count: nodes.length - 1 });
}
