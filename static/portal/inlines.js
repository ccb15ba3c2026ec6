// Opens new rows of folded inlines: unfold adds them closed.
(() => {
  /** @param {HTMLElement} row */
  function open(row) {
    const folded = row.closest('[x-data*="openRow"]');
    if (!folded) return;
    window.Alpine.$data(folded).openRow = true;
    window.Alpine.nextTick(() => {
      /** @type {HTMLElement | null} */
      const field = row.querySelector("input:not([type=hidden]), textarea");
      field?.focus();
    });
  }

  // Alpine reads the new markup after the event.
  document.addEventListener("formset:added", (event) => {
    setTimeout(open, 0, /** @type {HTMLElement} */ (event.target));
  });
})();
