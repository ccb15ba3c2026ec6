// The admin's forms: Ctrl+S saves; what has to be corrected is listed, and the first of it gets the focus.
(() => {
  const SAVES = '#submit-row button[name="_continue"], #submit-row button[name="_save"]';

  /** Open the tabs and folded rows in which an element stands. */
  function reveal(element) {
    for (let one = element.parentElement; one; one = one.parentElement) {
      const [, name, value] = /^(active\w*Tab) == '(.*)'$/.exec(one.getAttribute("x-show") ?? "") ?? [];
      if (name) window.Alpine.$data(one)[name] = value;
      if (one.matches('[x-data*="openRow"]')) window.Alpine.$data(one).openRow = true;
      if (one.matches("details")) one.open = true;
    }
  }

  function go(control) {
    reveal(control);
    window.Alpine.nextTick(() => {
      const stand = control.matches(".select2-hidden-accessible")
        ? control.nextElementSibling.querySelector(".select2-selection")
        : control;
      stand.scrollIntoView({ block: "center" });
      stand.focus({ preventScroll: true });
    });
  }

  function labelOf(control) {
    const label = control.id && document.querySelector(`label[for="${CSS.escape(control.id)}"]`);
    // In tables the head of the column names it.
    const cell = control.closest("td");
    const head = cell?.closest("table").tHead?.rows[0]?.cells[cell.cellIndex];
    return (label ?? head)?.textContent.trim().replace(/\s*[*:]$/, "") ?? "";
  }

  function messageOf(control) {
    const list = document.getElementById(`${control.id}_error`);
    if (list) return [...list.children].map((item) => item.textContent.trim()).join(" ");
    // Under the fields of a table unfold writes plain text.
    const text = control.closest("td, .group")?.querySelector(".errorlist, .text-red-600");
    return text?.textContent.trim().replace(/\s+/g, " ") ?? "";
  }

  function listErrors() {
    const note = document.querySelector("#content-main form .errornote");
    const wrong = [...document.querySelectorAll('#content-main form [aria-invalid="true"]')];
    if (!note || wrong.length === 0) return;
    const list = document.createElement("ul");
    list.className = "portal-errors";
    for (const control of wrong) {
      const link = document.createElement("a");
      link.href = `#${control.id}`;
      link.textContent = [labelOf(control), messageOf(control)].filter(Boolean).join(": ");
      link.addEventListener("click", (event) => {
        event.preventDefault();
        go(control);
      });
      const item = document.createElement("li");
      item.append(link);
      list.append(item);
    }
    note.append(list);
    go(wrong[0]);
  }

  function nameKeys() {
    const button = document.querySelector(SAVES);
    if (!button) return;
    button.title = "Ctrl+S";
    button.setAttribute("aria-keyshortcuts", "Control+S Meta+S");
  }

  document.addEventListener("keydown", (event) => {
    // By the place of the key: a Cyrillic layout has another letter there.
    if (event.code !== "KeyS" || event.altKey || event.shiftKey || !(event.ctrlKey || event.metaKey)) return;
    const button = document.querySelector(SAVES);
    if (!button || event.repeat) return;
    event.preventDefault();
    button.click();
  });
  window.addEventListener("load", () => {
    nameKeys();
    listErrors();
  });
})();
