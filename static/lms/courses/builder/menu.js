/* The menu of a row or of the page: one at a time, walked with the arrows. */

export class Menu {
  #open = null;

  constructor({ menu, item }) {
    Object.assign(this, { menu, item });
    document.addEventListener("pointerdown", (event) => {
      const { element, button } = this.#open ?? {};
      if (element && !element.contains(event.target) && !button.contains(event.target)) this.close();
    });
    document.addEventListener("scroll", () => this.close(), { capture: true, passive: true });
  }

  /** Open below a button; `items` are {icon, text, key, href} or {icon, text, key, act, isDanger}. */
  open(button, items, { back = () => button.focus() } = {}) {
    const wasHere = this.#open?.button === button;
    this.close();
    if (wasHere) return;
    const element = this.menu.content.firstElementChild.cloneNode(true);
    element.append(...items.map((item) => this.#build(item)));
    element.addEventListener("keydown", (event) => this.#onKey(event));
    document.querySelector("[data-builder]").append(element);
    this.#open = { element, button, back };
    button.setAttribute("aria-expanded", "true");
    place(element, button.getBoundingClientRect());
    element.firstElementChild?.focus({ preventScroll: true });
  }

  close(isBack = false) {
    if (!this.#open) return;
    const { element, button, back } = this.#open;
    this.#open = null;
    element.remove();
    button.setAttribute("aria-expanded", "false");
    if (isBack) back();
  }

  #build(item) {
    let element = this.item.content.firstElementChild.cloneNode(true);
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
        item.act();
      });
    }
    element.classList.toggle("b-danger", Boolean(item.isDanger));
    element.querySelector("[data-icon]").textContent = item.icon;
    element.querySelector("[data-text]").textContent = item.text;
    const key = element.querySelector("[data-key]");
    if (item.key) key.textContent = item.key;
    else key.remove();
    return element;
  }

  #onKey(event) {
    event.stopPropagation();
    const items = [...this.#open.element.children];
    const place = items.indexOf(document.activeElement);
    const steps = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: items.length - 1 };
    if (event.key in steps) {
      event.preventDefault();
      items.at(steps[event.key] % items.length).focus();
    } else if (event.key === "Escape" || event.key === "Tab") {
      event.preventDefault();
      this.close(true);
    }
  }
}

function place(element, box) {
  const { offsetWidth: width, offsetHeight: height } = element;
  const top = box.bottom + height + 8 > innerHeight ? Math.max(8, box.top - height - 4) : box.bottom + 4;
  element.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
  element.style.top = `${top}px`;
}
