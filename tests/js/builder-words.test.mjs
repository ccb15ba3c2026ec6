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
    for (const [, name] of text.matchAll(/\bwords\("(\w+)"/g)) names.add(name);
    // Menu items and buttons name their word as a plain argument.
    for (const [, name] of text.matchAll(/\b(?:item|link|act)\("\w+", "(\w+)"/g)) names.add(name);
  }
  return names;
}

test("every word that the scripts show stands in the template", () => {
  const template = readFileSync(new URL("templates/lms/admin/courses/builder_words.html", ROOT), "utf8");
  const there = new Set([...template.matchAll(/data-word="(\w+)"/g)].map(([, name]) => name));
  const missing = [...used()].filter((name) => !there.has(name));
  assert.deepEqual(missing, []);
});
