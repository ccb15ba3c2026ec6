/* What a question has to be before it is sent; the server has the last word. */

const plain = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");

/** Return the name of the text that says what is wrong, or null. */
export function wrongIn(content, limits) {
  if (!content.question.trim()) return "noQuestion";
  const texts = content.options.map((option) => plain(option.text));
  if (texts.some((text) => !text)) return "emptyOption";
  if (texts.length < limits.minOptions) return "fewOptions";
  if (new Set(texts).size < texts.length) return "sameOptions";
  if (content.options.filter((option) => option.isRight).length !== 1) return "noRight";
  const { points } = content;
  if (!Number.isInteger(points) || points < 1 || points > limits.points) return "badPoints";
  return null;
}

/** Whether two questions say the same. */
export function isSame(one, other) {
  const shape = ({ question, explanation, points, image, options }) =>
    JSON.stringify([
      question.trim(),
      explanation.trim(),
      points,
      image,
      options.map(({ text, isRight }) => [text.trim(), isRight]),
    ]);
  return shape(one) === shape(other);
}

/** Put `values` into the {names} of a text. */
export function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}
