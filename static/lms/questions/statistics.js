/* Figures of the answers so far, in the head of each question and beside its preview. */

import { pageLanguage } from "../../portal/dom.js";
import { interpolate } from "../../portal/messages.js";

/** @import { Content, Texts } from "./validation.js" */

/**
 * @typedef {object} Figures
 * @property {number} count How many people have answered the question.
 * @property {number} sharePercent How many of them answered right.
 * @property {string[]} flags
 * @property {number[]} choices How often each option was chosen.
 * @property {number} choicesCount
 * @property {number | null} discrimination
 *
 */

const FLAGS = ["tooEasy", "tooHard", "doesNotSeparate"];

/** @param {string} text @param {string} [className] */
function span(text, className = "") {
  const made = document.createElement("span");
  made.textContent = text;
  made.className = className;
  return made;
}

/** @param {number} value */
function decimal(value) {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  return value.toLocaleString(pageLanguage(), digits);
}

/**
 * Return what stands in the head of a question.
 *
 * @param {Figures | undefined} figures
 * @param {Texts} texts
 */
export function figureNodes(figures, texts) {
  if (!figures?.count) return [];
  const share = interpolate(texts.answered, { share: figures.sharePercent, count: figures.count });
  const flags = FLAGS.filter((name) => figures.flags.includes(name));
  return [span(share), ...flags.map((name) => span(texts[name], "q-flag"))];
}

/**
 * Return how often each answer was chosen, as bars with figures.
 *
 * @param {Figures} figures
 * @param {Content} content
 * @param {Texts} texts
 */
export function choiceBars(figures, content, texts) {
  const box = document.createElement("div");
  box.className = "q-choices-made";
  const head = document.createElement("p");
  head.className = "portal-heading";
  head.textContent = interpolate(texts.answered, { share: figures.sharePercent, count: figures.count });
  const bars = document.createElement("div");
  bars.className = "q-choice-bars";
  content.options.forEach((option, place) => {
    const count = figures.choices[place] ?? 0;
    const bar = document.createElement("progress");
    bar.max = Math.max(1, figures.choicesCount);
    bar.value = count;
    bar.setAttribute("aria-label", option.text);
    bars.append(span(option.text, option.isRight ? "q-choice-right" : ""), bar, span(String(count)));
  });
  box.append(head, bars);
  if (figures.discrimination !== null) {
    const note = document.createElement("p");
    note.className = "portal-note";
    note.textContent = interpolate(texts.discrimination, { value: decimal(figures.discrimination) });
    box.append(note);
  }
  return box;
}
