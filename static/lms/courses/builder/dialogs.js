/* The dialogs: choosing a position or a station, and the list of keys. */

import { byData } from "../../../portal/dom.js";
import { titleOf } from "./node-titles.js";
import { parentsFor } from "./positions.js";
import { Tree } from "./tree.js";

/**
 * @import { RequestError } from "../../../portal/http.js"
 * @import { Translate } from "../../../portal/messages.js"
 * @import { Position } from "./positions.js"
 * @import { TreeNode } from "./tree.js"
 */

/** @param {string} name @returns {HTMLDialogElement} */
function dialog(name) {
  return byData(document, `dialog="${name}"`);
}

/**
 * Show the list of keys.
 *
 * @param {() => void} onClose
 */
export function showHelp(onClose) {
  const element = dialog("help");
  element.addEventListener("close", onClose, { once: true });
  element.showModal();
}

/**
 * Ask for the new position of nodes of one kind.
 *
 * @param {TreeNode[]} nodes
 * @param {{
 *   root: TreeNode,
 *   translate: Translate,
 *   onChoice: (position: Position) => void,
 *   onClose: () => void,
 * }} options
 */
export function askPosition(nodes, { root, translate, onChoice, onClose }) {
  const element = dialog("move");
  /** @param {string} name */
  const one = (name) => byData(element, name);
  const parentChoice = one("move-parent");
  const beforeChoice = one("move-before");
  const moved = new Set(nodes);
  const parents = parentsFor(root, nodes[0].kind);
  /** @param {TreeNode} node */
  const named = (node) => {
    const path = node.kind === "topic" ? `${titleOf(node.parent, translate)} › ` : "";
    return path + titleOf(node, translate);
  };
  const fill = () => {
    const parent = parents[Number(parentChoice.value)];
    const siblings = parent.children.filter((node) => !moved.has(node));
    const options = siblings.map((node, n) => {
      return new Option(translate("placeBefore", { title: titleOf(node, translate) }), String(n));
    });
    beforeChoice.replaceChildren(...options, new Option(translate("placeEnd"), ""));
    beforeChoice.value = "";
  };
  one("move-label").textContent = translate(parents[0].kind);
  parentChoice.replaceChildren(...parents.map((parent, n) => new Option(named(parent), String(n))));
  parentChoice.value = String(Math.max(0, parents.indexOf(nodes[0].parent)));
  parentChoice.onchange = fill;
  fill();
  element.returnValue = "";
  element.addEventListener(
    "close",
    () => {
      onClose();
      if (element.returnValue !== "ok") return;
      const parent = parents[Number(parentChoice.value)];
      const siblings = parent.children.filter((node) => !moved.has(node));
      const before = beforeChoice.value === "" ? null : siblings[Number(beforeChoice.value)];
      onChoice({ parent, before: before && Tree.siblings(before).includes(before) ? before : null });
    },
    { once: true },
  );
  element.showModal();
}

/**
 * Ask for a station and copy the program there, then open the copy.
 *
 * @param {{id: number, name: string}[]} stations
 * @param {{copy: (stationId: number) => Promise<{url: string}>, translate: Translate}} options
 */
export function askStation(stations, { copy, translate }) {
  const element = dialog("copy");
  /** @param {string} name */
  const one = (name) => byData(element, name);
  const choice = one("copy-station");
  const error = one("copy-error");
  const go = one("copy-go");
  choice.replaceChildren(...stations.map(({ id, name }) => new Option(name, String(id))));
  // The first one is the program's own.
  if (stations.length > 1) choice.value = String(stations[1].id);
  error.hidden = true;
  go.disabled = stations.length === 0;
  go.onclick = async () => {
    go.disabled = true;
    try {
      const { url } = await copy(Number(choice.value));
      location.assign(url);
    } catch (caught) {
      const { message, kind } = /** @type {RequestError} */ (caught);
      error.textContent = message || translate(kind);
      error.hidden = false;
      go.disabled = false;
    }
  };
  element.showModal();
}
