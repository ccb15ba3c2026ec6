/* The question at hand as the employee sees it, and what people have chosen so far. */

import { interpolate } from "../../portal/messages.js";
import { choiceBars } from "./statistics.js";

/**
 * @import { QuestionCard } from "./question-card.js"
 * @import { Figures } from "./statistics.js"
 * @import { Content, Texts } from "./validation.js"
 */

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {{text?: string, className?: string}} [options]
 */
function element(name, { text = "", className = "" } = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/**
 * Show a card in `place`; `figures` are its statistics, where there are any.
 *
 * @param {HTMLElement} place
 * @param {QuestionCard} card
 * @param {{texts: Texts, figures: Figures | undefined}} options
 */
export function showPreview(place, card, { texts, figures }) {
  const content = card.content();
  const title = `${card.place}. ${content.question.trim() || texts.noText}`;
  /** @type {HTMLElement[]} */
  const nodes = [element("p", { text: title, className: "q-preview-question" })];
  if (card.imageUrl) {
    const picture = element("img", { className: "portal-quiz-picture" });
    picture.src = card.imageUrl;
    picture.alt = "";
    nodes.push(picture);
  }
  const answer = explanation(content, texts);
  answer.open = place.querySelector("details")?.open ?? false;
  nodes.push(choices(content, card.serial), answer);
  if (figures?.count) nodes.push(choiceBars(figures, content, texts));
  place.replaceChildren(...nodes);
}

/** @param {Content} content @param {number} serial */
function choices(content, serial) {
  const group = element("div", { className: "portal-choices" });
  for (const option of content.options) {
    const label = element("label");
    const radio = element("input");
    radio.type = "radio";
    radio.name = `preview-${serial}`;
    label.append(radio, element("span", { text: option.text }));
    group.append(label);
  }
  return group;
}

/** @param {Content} content @param {Texts} texts */
function explanation(content, texts) {
  const details = element("details");
  const right = content.options.find((option) => option.isRight);
  const points = interpolate(texts.points, { count: content.points });
  details.append(
    element("summary", { text: texts.answerAndExplanation }),
    element("p", { text: right ? right.text : texts.noRight }),
    element("p", { text: content.explanation.trim() || texts.noExplanation, className: "portal-note" }),
    element("p", { text: points, className: "portal-note" }),
  );
  return details;
}
