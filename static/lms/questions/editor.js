/* Entry module of the question editor: joins the list, the preview, pasting and the figures. */

import { createApi, getJson, tokenOf } from "./api.js";
import { QuestionList } from "./list.js";
import { PasteDialog } from "./paste.js";
import { showPreview } from "./preview.js";
import { fill } from "./rules.js";
import { figureNodes } from "./statistics.js";
import { UndoBar } from "./undo.js";

const WIDE = "(min-width: 1200px)";
const config = JSON.parse(document.getElementById("editor-data").textContent);
const { texts, limits, media } = config;
const root = document.querySelector("[data-editor]");
const one = (name) => root.querySelector(`[data-${name}]`);
const template = (name) => document.getElementById(`q-${name}`);

const token = root.querySelector("[name=csrfmiddlewaretoken]");
const post = createApi({
  base: config.base,
  csrfToken: () => token.value,
  async renewToken() {
    const found = await tokenOf(config.base);
    if (found) token.value = found;
    return Boolean(found);
  },
});
const undo = new UndoBar(one("toast"), { label: texts.undo });
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
    deleted: (text, act) => undo.show(text, act),
    unfolded: () => one("compact").setAttribute("aria-pressed", "false"),
  },
});
const paste = new PasteDialog(document.querySelector("[data-paste]"), {
  post,
  texts,
  onAdded(states) {
    const [first] = list.append(states);
    announce(fill(texts.added, { count: states.length }));
    first.focus();
    first.element.scrollIntoView({ block: "start" });
  },
});

function announce(text) {
  one("announce").textContent = text;
}

function showCount(count) {
  one("total").textContent = fill(texts.questions, { count });
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
    if (isShown) showPreview(one("preview-body"), card, { texts, figures: figures[card.id] });
  });
}

function showOverall() {
  const count = list.unsaved.length;
  const overall = one("overall");
  const isBad = count > 0 || failure !== "";
  overall.dataset.kind = isBad ? "bad" : "good";
  if (count > 0) overall.textContent = fill(texts.someUnsaved, { count });
  else if (list.isSorting) overall.textContent = texts.saving;
  else overall.textContent = failure || texts.allSaved;
  if (!list.isSorting && count > 0) failure = "";
}

function showThePreview(isShown) {
  root.classList.toggle("q-with-preview", isShown);
  one("toggle-preview").setAttribute("aria-pressed", String(isShown));
  refresh();
}

async function showFigures() {
  const answer = await getJson(config.statistics).catch(() => null);
  if (!answer) return;
  figures = answer.questions;
  for (const card of list.cards) card.showFigures(figureNodes(figures[card.id], texts));
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
one("compact").addEventListener("click", (event) => {
  const isFolded = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(isFolded));
  list.fold(isFolded);
});
one("toggle-preview").addEventListener("click", () =>
  showThePreview(!root.classList.contains("q-with-preview")),
);
one("close-preview").addEventListener("click", () => {
  showThePreview(false);
  one("toggle-preview").focus();
});
root.addEventListener("submit", (event) => event.preventDefault());
globalThis.addEventListener("online", () => {
  for (const card of list.unsaved) card.saver.flush();
});
globalThis.addEventListener("beforeunload", (event) => {
  if (list.unsaved.length > 0 || list.isSorting || paste.isUnsaved) event.preventDefault();
});
showThePreview(matchMedia(WIDE).matches);
showFigures();
