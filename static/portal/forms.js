// The admin's forms: Ctrl+S saves; fields with errors are listed, and the first one gets the focus.
(() => {
  const SAVES = '#submit-row button[name="_continue"], #submit-row button[name="_save"]';

  /**
   * Open the tabs and folded rows that contain an element.
   *
   * @param {Element} element
   */
  function reveal(element) {
    for (let one = element.parentElement; one; one = one.parentElement) {
      const [, name, value] = /^(active\w*Tab) == '(.*)'$/.exec(one.getAttribute("x-show") ?? "") ?? [];
      if (name) window.Alpine.$data(one)[name] = value;
      if (one.matches('[x-data*="openRow"]')) window.Alpine.$data(one).openRow = true;
      if (one instanceof HTMLDetailsElement) one.open = true;
    }
  }

  /** @param {HTMLElement} control */
  function focus(control) {
    reveal(control);
    window.Alpine.nextTick(() => {
      // Select2 hides the select and shows a box of its own.
      /** @type {HTMLElement | null | undefined} */
      const box = control.matches(".select2-hidden-accessible")
        ? control.nextElementSibling?.querySelector(".select2-selection")
        : control;
      box?.scrollIntoView({ block: "center" });
      box?.focus({ preventScroll: true });
    });
  }

  /** @param {HTMLElement} control */
  function labelOf(control) {
    const label = control.id && document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
    // In tables the head of the column names it.
    const cell = control.closest("td");
    const head = cell?.closest("table")?.tHead?.rows[0]?.cells[cell.cellIndex];
    return (label || head)?.textContent?.trim().replace(/\s*[*:]$/, "") ?? "";
  }

  /** @param {HTMLElement} control */
  function messageOf(control) {
    const list = document.getElementById(`${control.id}_error`);
    if (list) return [...list.children].map((item) => item.textContent?.trim()).join(" ");
    // Under the fields of a table unfold writes plain text.
    const text = control.closest("td, .group")?.querySelector(".errorlist, .text-red-600");
    return text?.textContent?.trim().replace(/\s+/g, " ") ?? "";
  }

  function listErrors() {
    const note = document.querySelector("#content-main form .errornote");
    /** @type {HTMLElement[]} */
    const wrong = Array.from(
      document.querySelectorAll('#content-main form [aria-invalid="true"]'),
    );
    if (!note || wrong.length === 0) return;
    const list = document.createElement("ul");
    list.className = "portal-errors";
    for (const control of wrong) {
      const link = document.createElement("a");
      link.href = `#${control.id}`;
      link.textContent = [labelOf(control), messageOf(control)].filter(Boolean).join(": ");
      link.addEventListener("click", (event) => {
        event.preventDefault();
        focus(control);
      });
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    note.append(list);
    focus(wrong[0]);
  }

  /** @returns {HTMLButtonElement | null} */
  function saveButton() {
    return document.querySelector(SAVES);
  }

  function showShortcut() {
    const button = saveButton();
    if (!button) return;
    button.title = "Ctrl+S";
    button.setAttribute("aria-keyshortcuts", "Control+S Meta+S");
  }

  document.addEventListener("keydown", (event) => {
    // By the position of the key: a Cyrillic layout has another letter there.
    const isShortcut = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (event.code !== "KeyS" || !isShortcut) return;
    const button = saveButton();
    if (!button || event.repeat) return;
    event.preventDefault();
    button.click();
  });
  window.addEventListener("load", () => {
    showShortcut();
    listErrors();
  });
})();
