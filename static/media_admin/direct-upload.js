/* Entry module of the upload widget: finds fields and drop zones; protects running uploads. */

import { targetOf } from "../portal/dom.js";
import { UploadField, acceptDrops } from "./widget.js";

/** @type {Map<string | undefined, UploadField>} */
const fields = new Map();

/** Bind new fields, attach copied ones again, and cancel uploads of fields that were removed. */
function scan() {
  /** @type {NodeListOf<HTMLElement>} */
  const roots = document.querySelectorAll("[data-direct-upload]");
  for (const root of roots) {
    if (root.closest(".empty-form") || root.querySelector("[name*=__prefix__]")) continue;
    const known = fields.get(root.dataset.uploadField);
    if (!known) {
      const field = new UploadField(root);
      fields.set(field.id, field);
    } else if (known.root !== root && !known.root.isConnected) {
      known.attach(root);
    } else if (known.root !== root) {
      const field = new UploadField(root);
      fields.set(field.id, field);
    }
  }
  for (const [id, field] of fields) {
    if (field.root.isConnected) continue;
    if (field.isActive) field.upload?.cancel();
    fields.delete(id);
  }
  /** @type {NodeListOf<HTMLElement>} */
  const zones = document.querySelectorAll("[data-direct-upload-zone]");
  zones.forEach(bindZone);
}

/** @param {HTMLElement} root */
function fieldAt(root) {
  return fields.get(root.dataset.uploadField);
}

/**
 * Return the upload fields of an inline formset, in the order of its rows.
 *
 * @param {Element} group
 */
function rowFields(group) {
  /** @type {NodeListOf<HTMLElement>} */
  const roots = group.querySelectorAll("[data-direct-upload][data-upload-field]");
  return [...roots].flatMap((root) => fieldAt(root) ?? []);
}

/**
 * Return the field of an empty row; add a row to the form when there is none.
 *
 * @param {Element} group
 */
function freeField(group) {
  const free = rowFields(group).find((field) => field.isEmpty);
  if (free) return free;
  const before = new Set(rowFields(group));
  /** @type {HTMLElement | null} */
  const link = group.querySelector(".add-row a, a.add-row");
  link?.click();
  scan();
  return rowFields(group).find((field) => !before.has(field) && field.isEmpty) ?? null;
}

/**
 * Give each file a row of its own, as far as the form can have more rows.
 *
 * @param {Element | null} group
 * @param {File[]} files
 */
function fillRows(group, files) {
  if (!group) return;
  for (const file of files) {
    const field = freeField(group);
    if (!field) return;
    field.take(file);
  }
}

/** @param {HTMLElement} zone */
function bindZone(zone) {
  if (zone.dataset.bound) return;
  zone.dataset.bound = "1";
  acceptDrops(zone, (files) => offer(zone, files));
}

/** @param {HTMLElement} place @param {File[]} files */
function offer(place, files) {
  const prefix = place.dataset.directUploadZone;
  if (prefix === undefined) fieldAt(place)?.offer(files);
  else fillRows(document.getElementById(`${prefix}-group`), files);
}

function active() {
  return [...fields.values()].filter((field) => field.isActive);
}

// Before unfold's own listener, which writes the file's name into the nearest text input it finds.
document.addEventListener(
  "change",
  (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
    /** @type {HTMLElement | null} */
    const place = input.closest("[data-direct-upload], [data-direct-upload-zone]");
    if (!place) return;
    event.stopImmediatePropagation();
    const files = [...(input.files ?? [])];
    input.value = "";
    offer(place, files);
  },
  true,
);
document.addEventListener("direct-upload:more", (event) => {
  const { files } = /** @type {CustomEvent<{files: File[]}>} */ (event).detail;
  fillRows(targetOf(event).closest("[data-inline-type], .inline-group"), files);
});
// Both events come when rows were added, removed, or renumbered.
document.addEventListener("formset:added", scan);
document.addEventListener("formset:removed", scan);
document.addEventListener(
  "submit",
  (event) => {
    const [busy] = active().filter((field) => targetOf(event).contains(field.root));
    if (!busy) return;
    event.preventDefault();
    event.stopPropagation();
    busy.showError(busy.texts.busy);
  },
  true,
);
globalThis.addEventListener("beforeunload", (event) => {
  if (active().length > 0) event.preventDefault();
});
// A file dropped beside a field would replace the page by itself.
/** @param {DragEvent} event */
function keepPage(event) {
  if (fields.size > 0 && event.dataTransfer?.types.includes("Files")) event.preventDefault();
}
globalThis.addEventListener("dragover", keepPage);
globalThis.addEventListener("drop", keepPage);
scan();
