/* Entry module of the question editor: connects the list, the preview, pasting and the statistics. */

import { byData, byId, readJson } from "../../portal/dom.js";
import { createJsonClient, csrfFrom } from "../../portal/http.js";
import { interpolate } from "../../portal/messages.js";
import { Toast } from "../../portal/toast.js";
import { PasteDialog } from "./paste-dialog.js";
import { showPreview } from "./preview.js";
import { QuestionList } from "./question-list.js";
import { figureNodes } from "./statistics.js";

/** @import { Figures } from "./statistics.js" */

const WIDE = "(min-width: 1200px)";
const config = readJson("editor-data");
const { texts, limits, media } = config;
/** @type {HTMLFormElement} */
const root = byData(document, "editor");
/** @param {string} name */
const one = (name) => byData(root, name);
/** @param {string} name */
const template = (name) => byId(`q-${name}`);

const client = createJsonClient(csrfFrom(root, config.base));
/** @param {string} action @param {unknown} data */
const post = (action, data) => client.post(`${config.base}${action}/`, data);
/** @type {Toast<() => Promise<string | null>>} */
const toast = new Toast(one("toast"), {
  label: texts.undo,
  takesFocus: true,
  onUndo: (undo) => undo(),
});
/** @type {Record<number, Figures>} */
let figures = {};
let failure = "";
let frame = 0;

const list = new QuestionList(one("list"), {
  page: {
    texts,
    limits,
    media,
    templates: { card: template("card"), option: template("option"), upload: template("upload") },
  },
  post,
  on: {
    changed: () => refresh(),
    current: () => refresh(),
    counted: showCount,
    announce,
    failed(text) {
      failure = text;
      refresh();
    },
    deleted: (text, undo) => toast.show(text, undo),
    unfolded: () => one("compact").setAttribute("aria-pressed", "false"),
  },
});
const paste = new PasteDialog(byData(document, "paste"), {
  post,
  texts,
  onAdded(states) {
    const [first] = list.append(states);
    announce(interpolate(texts.added, { count: states.length }));
    first.focus();
    first.element.scrollIntoView({ block: "start" });
  },
});

/** @param {string} text */
function announce(text) {
  one("announce").textContent = text;
}

/** @param {number} count */
function showCount(count) {
  one("total").textContent = interpolate(texts.questions, { count });
  one("empty").hidden = count > 0;
  one("add-last").hidden = count === 0;
}

/** Show the state of all questions and the preview of the one at hand, once per frame. */
function refresh() {
  cancelAnimationFrame(frame);
  frame = requestAnimationFrame(() => {
    showOverall();
    const card = list.current ?? list.cards[0];
    one("preview").hidden = !card;
    const isShown = root.classList.contains("q-with-preview") && card;
    if (isShown) showPreview(one("preview-body"), card, { texts, figures: figuresOf(card) });
  });
}

function showOverall() {
  const count = list.unsaved.length;
  const overall = one("overall");
  const isBad = count > 0 || failure !== "";
  overall.dataset.kind = isBad ? "bad" : "good";
  if (count > 0) overall.textContent = interpolate(texts.someUnsaved, { count });
  else if (list.isSorting) overall.textContent = texts.saving;
  else overall.textContent = failure || texts.allSaved;
  if (!list.isSorting && count > 0) failure = "";
}

/** @param {boolean} isShown */
function togglePreview(isShown) {
  root.classList.toggle("q-with-preview", isShown);
  one("toggle-preview").setAttribute("aria-pressed", String(isShown));
  refresh();
}

/** @param {{id: number | null}} card */
function figuresOf({ id }) {
  return id === null ? undefined : figures[id];
}

async function showFigures() {
  const answer = await client.get(config.statistics).catch(() => null);
  if (!answer) return;
  figures = answer.questions;
  for (const card of list.cards) card.showFigures(figureNodes(figuresOf(card), texts));
  refresh();
}

list.append(config.questions);
for (const button of root.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    failure = "";
    list.addNew();
  });
}
one("open-paste").addEventListener("click", () => paste.open());
one("compact").addEventListener("click", () => {
  const isFolded = one("compact").getAttribute("aria-pressed") !== "true";
  one("compact").setAttribute("aria-pressed", String(isFolded));
  list.fold(isFolded);
});
one("toggle-preview").addEventListener("click", () =>
  togglePreview(!root.classList.contains("q-with-preview")),
);
one("close-preview").addEventListener("click", () => {
  togglePreview(false);
  one("toggle-preview").focus();
});
root.addEventListener("submit", (event) => event.preventDefault());
globalThis.addEventListener("online", () => {
  for (const card of list.unsaved) card.autosave.flush();
});
globalThis.addEventListener("beforeunload", (event) => {
  if (list.unsaved.length > 0 || list.isSorting || paste.isUnsaved) event.preventDefault();
});
togglePreview(matchMedia(WIDE).matches);
showFigures();
