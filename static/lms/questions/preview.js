/* The question at hand as the employee sees it, and what people have chosen so far. */

import { fill } from "./rules.js";
import { choicesOf } from "./statistics.js";

function element(name, { text = "", className = "" } = {}) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** Show a card in `place`; `figures` are its statistics or undefined. */
export function showPreview(place, card, { texts, figures }) {
  const content = card.content();
  const title = `${card.place}. ${content.question.trim() || texts.noText}`;
  const nodes = [element("p", { text: title, className: "q-preview-question" })];
  if (card.imageUrl) {
    const picture = element("img", { className: "portal-quiz-picture" });
    picture.src = card.imageUrl;
    picture.alt = "";
    nodes.push(picture);
  }
  nodes.push(choices(content, card.serial), explanation(content, texts));
  if (figures?.count) nodes.push(choicesOf(figures, content, texts));
  const isOpen = place.querySelector("details")?.open ?? false;
  place.replaceChildren(...nodes);
  place.querySelector("details").open = isOpen;
}

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

function explanation(content, texts) {
  const details = element("details");
  const right = content.options.find((option) => option.isRight);
  const points = fill(texts.points, { count: content.points });
  details.append(
    element("summary", { text: texts.answerAndExplanation }),
    element("p", { text: right ? right.text : texts.noRight }),
    element("p", { text: content.explanation.trim() || texts.noExplanation, className: "portal-note" }),
    element("p", { text: points, className: "portal-note" }),
  );
  return details;
}
