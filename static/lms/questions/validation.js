/* What a question has to be before it is sent; the server checks it again. */

/**
 * @typedef {{id: number | null, text: string, isRight: boolean}} Option
 * @typedef {{question: string, explanation: string, points: number, image: string, options: Option[]}} Content
 * @typedef {Content & {id: number, version: string}} StoredQuestion
 * @typedef {{minOptions: number, maxOptions: number, points: number}} Limits
 * @typedef {Record<string, string>} Texts
 */

/** @param {string} text */
const normalize = (text) => text.toLowerCase().split(/\s+/).filter(Boolean).join(" ");

/**
 * Return the name of the text that says what is wrong, or null.
 *
 * @param {Content} content
 * @param {Limits} limits
 */
export function findMistake(content, limits) {
  if (!content.question.trim()) return "noQuestion";
  const texts = content.options.map((option) => normalize(option.text));
  if (texts.some((text) => !text)) return "emptyOption";
  if (texts.length < limits.minOptions) return "fewOptions";
  if (new Set(texts).size < texts.length) return "sameOptions";
  if (content.options.filter((option) => option.isRight).length !== 1) return "noRight";
  const { points } = content;
  if (!Number.isInteger(points) || points < 1 || points > limits.points) return "badPoints";
  return null;
}

/**
 * Whether two questions have the same content; ids of answers and outer spaces do not count.
 *
 * @param {Content} one
 * @param {Content} other
 */
export function hasSameContent(one, other) {
  /** @param {Content} content */
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
