// Opens a new row of a folded inline: unfold adds it folded, and there is nothing in it to see yet.
(() => {
  function open(row) {
    const folded = row.closest('[x-data*="openRow"]');
    if (!folded) return;
    window.Alpine.$data(folded).openRow = true;
    window.Alpine.nextTick(() => row.querySelector("input:not([type=hidden]), textarea")?.focus());
  }

  // Alpine reads the new markup after the event.
  document.addEventListener("formset:added", (event) => setTimeout(open, 0, event.target));
})();
