/* Short forms for what the admin's scripts do with elements and templates most often. */

/**
 * Return the element with the attribute `data-<name>` below `root`.
 *
 * Its class is known only to the HTML template, so the result is not typed.
 *
 * @param {ParentNode} root
 * @param {string} name
 * @returns {any}
 */
export function byData(root, name) {
  return root.querySelector(`[data-${name}]`);
}

/**
 * Return the element with this id; not typed for the same reason.
 *
 * @param {string} id
 * @returns {any}
 */
export function byId(id) {
  return document.getElementById(id);
}

/**
 * Copy the only element of a <template>.
 *
 * @param {HTMLTemplateElement} template
 * @returns {HTMLElement}
 */
export function copyTemplate(template) {
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true));
}

/**
 * Return the element on which an event happened; not typed, because its class depends on the page.
 *
 * @param {Event} event
 * @returns {any}
 */
export function targetOf(event) {
  return event.target;
}

/**
 * Read the JSON that the template filter json_script wrote.
 *
 * @param {string} id
 * @returns {any}
 */
export function readJson(id) {
  return JSON.parse(byId(id).textContent);
}

/** The language of the page, for numbers and times; undefined means the browser's own. */
export function pageLanguage() {
  return document.documentElement.lang || undefined;
}

/** @param {NodeListOf<Element>} elements @param {number} value */
export function setTabIndex(elements, value) {
  for (const element of elements) if (element instanceof HTMLElement) element.tabIndex = value;
}
