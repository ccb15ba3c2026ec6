/* What other scripts of the admin define on the window; for the type checker alone. */

interface Window {
  /** Alpine.js, which unfold ships. */
  Alpine: {
    $data(element: Element): Record<string, any>;
    nextTick(action: () => void): void;
  };
  /** Django's admin; jQuery is there only beside Select2. */
  django?: { jQuery(target: unknown): { on(events: string, selector: string, listener: (event: Event) => void): void } };
}
