/* The dialogs: where to move, which station to copy to, the keys. */

import { Tree } from "./model.js";
import { parentsFor } from "./places.js";
import { titleOf } from "./words.js";

function dialog(name) {
  return document.querySelector(`[data-dialog="${name}"]`);
}

function option(value, text) {
  return new Option(text, value);
}

/** Show the keys. */
export function showHelp(back) {
  const element = dialog("help");
  element.addEventListener("close", back, { once: true });
  element.showModal();
}

/** Ask where nodes of one kind go; `onPlace(place)` gets {parent, before}. */
export function askPlace(nodes, { root, words, onPlace, back }) {
  const element = dialog("move");
  const one = (name) => element.querySelector(`[data-${name}]`);
  const parentChoice = one("move-parent");
  const beforeChoice = one("move-before");
  const moved = new Set(nodes);
  const parents = parentsFor(root, nodes[0].kind);
  const named = (node) => {
    const path = node.kind === "topic" ? `${titleOf(node.parent, words)} › ` : "";
    return path + titleOf(node, words);
  };
  const fill = () => {
    const parent = parents[Number(parentChoice.value)];
    const places = parent.children.filter((node) => !moved.has(node));
    const options = places.map((node, n) => option(String(n), words("placeBefore", { title: titleOf(node, words) })));
    beforeChoice.replaceChildren(...options, option("", words("placeEnd")));
    beforeChoice.value = "";
  };
  one("move-label").textContent = words(parents[0].kind);
  parentChoice.replaceChildren(...parents.map((parent, n) => option(String(n), named(parent))));
  parentChoice.value = String(Math.max(0, parents.indexOf(nodes[0].parent)));
  parentChoice.onchange = fill;
  fill();
  element.returnValue = "";
  element.addEventListener(
    "close",
    () => {
      back();
      if (element.returnValue !== "ok") return;
      const parent = parents[Number(parentChoice.value)];
      const places = parent.children.filter((node) => !moved.has(node));
      const before = beforeChoice.value === "" ? null : places[Number(beforeChoice.value)];
      onPlace({ parent, before: before && Tree.siblings(before).includes(before) ? before : null });
    },
    { once: true },
  );
  element.showModal();
}

/** Ask for a station and copy the program there; `copy(id)` returns the answer's promise. */
export function askStation(stations, { copy, words }) {
  const element = dialog("copy");
  const one = (name) => element.querySelector(`[data-${name}]`);
  const choice = one("copy-station");
  const error = one("copy-error");
  const go = one("copy-go");
  choice.replaceChildren(...stations.map(({ id, name }) => option(String(id), name)));
  // The first one is the program's own.
  if (stations.length > 1) choice.value = String(stations[1].id);
  error.hidden = true;
  go.disabled = stations.length === 0;
  go.onclick = async () => {
    go.disabled = true;
    try {
      const { url } = await copy(Number(choice.value));
      location.assign(url);
    } catch (failure) {
      error.textContent = failure.message || words(failure.kind);
      error.hidden = false;
      go.disabled = false;
    }
  };
  element.showModal();
}
