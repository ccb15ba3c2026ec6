/* The page's words, by name, as the server has translated them. */

import { fill } from "../../../media_admin/format.js";

/** Read the words out of a template of <span data-word="name">. */
export function wordsOf(template) {
  const spans = template.content.querySelectorAll("[data-word]");
  const words = Object.fromEntries([...spans].map((span) => [span.dataset.word, span.textContent]));
  return (name, values = {}) => fill(words[name] ?? name, values);
}

/** The title that people know a node by. */
export function titleOf(node, words) {
  return node.data.title || node.data.originalName || words("untitled");
}

/** What several nodes are called in a message. */
export function titlesOf(nodes, words) {
  const title = titleOf(nodes[0], words);
  return nodes.length === 1 ? title : words("several", { title, count: nodes.length - 1 });
}
