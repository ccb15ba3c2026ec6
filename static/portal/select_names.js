// Names the boxes of Select2 for screen readers: they point at the chosen value, which may be empty.
(() => {
  function nameBoxes(root) {
    for (const box of root.querySelectorAll(".select2-selection[role=combobox]")) {
      const select = box.closest(".select2")?.previousElementSibling;
      const label = select?.id && document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
      if (!label || box.hasAttribute("aria-label")) continue;
      const chosen = select.selectedOptions[0]?.textContent.trim();
      box.removeAttribute("aria-labelledby");
      const name = [label.textContent.trim(), chosen].filter(Boolean).join(": ");
      box.setAttribute("aria-label", name);
      box.querySelector("[role=textbox]")?.setAttribute("aria-label", name);
    }
  }

  function renew(event) {
    const box = event.target.nextElementSibling?.querySelector?.(".select2-selection");
    box?.removeAttribute("aria-label");
    nameBoxes(document);
  }

  window.addEventListener("load", () => {
    nameBoxes(document);
    window.django?.jQuery(document).on("change", "select.select2-hidden-accessible", renew);
    new MutationObserver(() => nameBoxes(document)).observe(document.body, {
      childList: true,
      subtree: true,
    });
  });
})();
