/* The menu of a row or of the page: one is open at a time; the arrow keys move in it. */

import { byData, copyTemplate, targetOf } from "../../../portal/dom.js";

/**
 * @typedef {object} MenuItem
 * @property {string} icon
 * @property {string} text
 * @property {string} [key] The keyboard shortcut to show.
 * @property {string} [href] The address of a link.
 * @property {() => unknown} [run] What a button does.
 * @property {boolean} [isDanger]
 */

export class Menu {
  /** @type {{element: HTMLElement, button: HTMLElement, onClose: () => void} | null} */
  #open = null;

  /** @param {{menu: HTMLTemplateElement, item: HTMLTemplateElement}} templates */
  constructor({ menu, item }) {
    this.menu = menu;
    this.item = item;
    document.addEventListener("pointerdown", (event) => {
      const { element, button } = this.#open ?? {};
      const target = targetOf(event);
      if (!element?.contains(target) && !button?.contains(target)) this.close();
    });
    document.addEventListener("scroll", () => this.close(), { capture: true, passive: true });
  }

  /**
   * Open the menu below a button. `onClose` gives the focus to another element than the button.
   *
   * @param {HTMLElement} button
   * @param {MenuItem[]} items
   * @param {{onClose?: () => void}} [options]
   */
  open(button, items, { onClose = () => button.focus() } = {}) {
    const wasOpenHere = this.#open?.button === button;
    this.close();
    if (wasOpenHere) return;
    const element = copyTemplate(this.menu);
    element.append(...items.map((item) => this.#build(item)));
    element.addEventListener("keydown", (event) => this.#onKey(event));
    byData(document, "builder").append(element);
    this.#open = { element, button, onClose };
    button.setAttribute("aria-expanded", "true");
    place(element, button.getBoundingClientRect());
    const [first] = element.children;
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
  }

  close(returnsFocus = false) {
    if (!this.#open) return;
    const { element, button, onClose } = this.#open;
    this.#open = null;
    element.remove();
    button.setAttribute("aria-expanded", "false");
    if (returnsFocus) onClose();
  }

  /** @param {MenuItem} item */
  #build(item) {
    let element = copyTemplate(this.item);
    if (item.href) {
      const link = document.createElement("a");
      link.className = element.className;
      link.setAttribute("role", "menuitem");
      link.tabIndex = -1;
      link.href = item.href;
      link.append(...element.childNodes);
      element = link;
    } else {
      element.addEventListener("click", () => {
        this.close(true);
        item.run?.();
      });
    }
    element.classList.toggle("b-danger", Boolean(item.isDanger));
    byData(element, "icon").textContent = item.icon;
    byData(element, "text").textContent = item.text;
    const key = byData(element, "key");
    if (item.key) key.textContent = item.key;
    else key.remove();
    return element;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    event.stopPropagation();
    const items = /** @type {HTMLElement[]} */ ([...(this.#open?.element.children ?? [])]);
    const index = items.findIndex((item) => item === document.activeElement);
    /** @type {Record<string, number>} */
    const steps = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      items.at(steps[event.key] % items.length)?.focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close(true);
    }
  }
}

/** @param {HTMLElement} element @param {DOMRect} box Of the button. */
function place(element, box) {
  const { offsetWidth: width, offsetHeight: height } = element;
  const top = box.bottom + height + 8 > innerHeight ? Math.max(8, box.top - height - 4) : box.bottom + 4;
  element.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
  element.style.top = `${top}px`;
}
