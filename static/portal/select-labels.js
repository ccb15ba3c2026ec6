// Labels the boxes of Select2 for screen readers: their own label is the chosen value, which may be empty.
(() => {
  /** @param {ParentNode} root */
  function labelBoxes(root) {
    for (const box of root.querySelectorAll(".select2-selection[role=combobox]")) {
      const select = box.closest(".select2")?.previousElementSibling;
      if (!(select instanceof HTMLSelectElement)) continue;
      const label = select.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      if (!label || box.hasAttribute("aria-label")) continue;
      const chosen = select.selectedOptions[0]?.textContent?.trim();
      box.removeAttribute("aria-labelledby");
      const name = [label.textContent?.trim(), chosen].filter(Boolean).join(": ");
      box.setAttribute("aria-label", name);
      box.querySelector("[role=textbox]")?.setAttribute("aria-label", name);
    }
  }

  /** @param {Event} event */
  function labelAgain(event) {
    const select = /** @type {Element} */ (event.target);
    const box = select.nextElementSibling?.querySelector?.(".select2-selection");
    box?.removeAttribute("aria-label");
    labelBoxes(document);
  }

  window.addEventListener("load", () => {
    labelBoxes(document);
    window.django?.jQuery(document).on("change", "select.select2-hidden-accessible", labelAgain);
    new MutationObserver(() => labelBoxes(document)).observe(document.body, {
      childList: true,
      subtree: true,
    });
  });
})();
