/* Entry module of the upload widget: finds fields and drop zones, guards the form and the page. */

import { UploadField, acceptDrops } from "./widget.js";

const fields = new Map();

/** Bind what is new, re-attach what was copied, and cancel what has gone from the page. */
function scan() {
  for (const root of document.querySelectorAll("[data-direct-upload]")) {
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
    if (field.isActive) field.upload.cancel();
    fields.delete(id);
  }
  for (const zone of document.querySelectorAll("[data-direct-upload-zone]")) bindZone(zone);
}

function fieldAt(root) {
  return fields.get(root.dataset.uploadField);
}

/** Return the upload fields of an inline formset, in the order of its rows. */
function rowFields(group) {
  const roots = group.querySelectorAll("[data-direct-upload][data-upload-field]");
  return [...roots].map(fieldAt).filter(Boolean);
}

/** Return an empty row's field: one that is there, or that of a row added by the form itself. */
function freeField(group) {
  const free = rowFields(group).find((field) => field.isEmpty);
  if (free) return free;
  const before = new Set(rowFields(group));
  group.querySelector(".add-row a, a.add-row")?.click();
  scan();
  return rowFields(group).find((field) => !before.has(field) && field.isEmpty) ?? null;
}

/** Give each file a row of its own; files that no row is left for, or that are refused, are told. */
function fillRows(group, files) {
  for (const file of files) {
    const field = freeField(group);
    if (!field) return;
    field.take(file);
  }
}

function groupNamed(prefix) {
  return document.getElementById(`${prefix}-group`);
}

function bindZone(zone) {
  if (zone.dataset.bound) return;
  zone.dataset.bound = "1";
  acceptDrops(zone, (files) => offer(zone, files));
}

function offer(place, files) {
  if (place.dataset.directUploadZone === undefined) fieldAt(place)?.offer(files);
  else fillRows(groupNamed(place.dataset.directUploadZone), files);
}

function active() {
  return [...fields.values()].filter((field) => field.isActive);
}

// Before unfold's own listener, which writes the file's name into the nearest text input it finds.
document.addEventListener(
  "change",
  (event) => {
    const input = event.target;
    if (input.type !== "file") return;
    const place = input.closest("[data-direct-upload], [data-direct-upload-zone]");
    if (!place) return;
    event.stopImmediatePropagation();
    const files = [...input.files];
    input.value = "";
    offer(place, files);
  },
  true,
);
document.addEventListener("direct-upload:more", (event) => {
  const group = event.target.closest("[data-inline-type], .inline-group");
  if (group) fillRows(group, event.detail.files);
});
// Both events come when rows were added, removed, or renumbered.
document.addEventListener("formset:added", scan);
document.addEventListener("formset:removed", scan);
document.addEventListener(
  "submit",
  (event) => {
    const [busy] = active().filter((field) => event.target.contains(field.root));
    if (!busy) return;
    event.preventDefault();
    event.stopPropagation();
    busy.complain(busy.texts.busy);
  },
  true,
);
globalThis.addEventListener("beforeunload", (event) => {
  if (active().length > 0) event.preventDefault();
});
// A file dropped beside a field would replace the page by itself.
for (const name of ["dragover", "drop"]) {
  globalThis.addEventListener(name, (event) => {
    if (fields.size > 0 && event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
}
scan();
