import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const SCRIPTS = new URL("static/lms/courses/builder/", ROOT);
// Names that are put together or come from the server.
const MADE = ["topics", "files", "tests", "network", "server", "signedOut", "forbidden"];
const KINDS = ["lesson", "topic", "file", "lessontest", "finaltest", "program"];

function used() {
  const names = new Set([...MADE, ...KINDS]);
  for (const file of readdirSync(SCRIPTS).filter((name) => name.endsWith(".js"))) {
    const text = readFileSync(new URL(file, SCRIPTS), "utf8");
    for (const [, name] of text.matchAll(/\btranslate\("(\w+)"/g)) names.add(name);
    // Menu items and buttons name their message as a plain argument.
    for (const [, name] of text.matchAll(/\b(?:item|link)\("\w+", "(\w+)"/g)) names.add(name);
    for (const [, name] of text.matchAll(/^ +\["(\w+)", "\w+"\]/gm)) names.add(name);
  }
  return names;
}

test("every message that the scripts show is in the template", () => {
  const template = readFileSync(new URL("templates/lms/admin/courses/builder_messages.html", ROOT), "utf8");
  const there = new Set([...template.matchAll(/data-message="(\w+)"/g)].map(([, name]) => name));
  const missing = [...used()].filter((name) => !there.has(name));
  assert.deepEqual(missing, []);
});
