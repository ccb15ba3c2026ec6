/* Texts that the server has translated. */

/** @typedef {(name: string, values?: Record<string, unknown>) => string} Translate */

/**
 * Put `values` into the {names} of a text.
 *
 * @param {string} text
 * @param {Record<string, any>} values
 */
export function interpolate(text, values) {
  return text.replace(/\{(\w+)\}/g, (placeholder, name) => values[name] ?? placeholder);
}

/**
 * Read the texts of a template of <span data-message="name">; returns the function that gives them.
 *
 * @param {HTMLTemplateElement} template
 * @returns {Translate}
 */
export function readMessages(template) {
  const spans = template.content.querySelectorAll("[data-message]");
  /** @type {Record<string, string>} */
  const messages = {};
  for (const span of spans) {
    messages[span.getAttribute("data-message") ?? ""] = span.textContent ?? "";
  }
  return (name, values = {}) => interpolate(messages[name] ?? name, values);
}
