import assert from "node:assert/strict";
import { test } from "node:test";

import { extensionOf, refusalOf, sizeText, timeText } from "../../static/media_admin/format.js";
import { interpolate } from "../../static/portal/messages.js";
import { resumeStorage } from "../../static/media_admin/resume-storage.js";

const units = ["B", "KB", "MB", "GB", "TB"];
const texts = {
  units,
  secondsLeft: "{count} s",
  minutesLeft: "{count} min",
  hoursLeft: "{hours} h {minutes} min",
  tooLarge: "{name}: {size} > {limit}",
  wrongType: "{name}: only {types}",
  empty: "{name} is empty",
};
const limits = { ".pdf": 1024, ".mp4": 2048 };

/** localStorage as a map. */
function shelf() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}

test("sizes take the largest fitting unit", () => {
  const shown = [0, 1023, 1024, 1536, 150 * 1024, 5 * 1024 ** 3].map((n) => sizeText(n, units, "en"));
  assert.deepEqual(shown, ["0 B", "1,023 B", "1 KB", "1.5 KB", "150 KB", "5 GB"]);
});

test("the time left is told in seconds, minutes or hours, or not at all", () => {
  const shown = [0.2, 59, 61, 3600, 5400, null, Infinity].map((n) => timeText(n, texts));
  assert.deepEqual(shown, ["1 s", "59 s", "1 min", "1 h 0 min", "1 h 30 min", "", ""]);
});

test("a name may hold braces", () => {
  assert.equal(interpolate("{name} ok {other}", { name: "{name}.pdf" }), "{name}.pdf ok {other}");
});

test("the extension is what stands behind the last dot", () => {
  assert.deepEqual(["a.b.PDF", "noext", ".bashrc", "№ 1 (а).mp4"].map(extensionOf), [".pdf", "", "", ".mp4"]);
});

test("a file is refused before the first byte when its type, size or emptiness forbids it", () => {
  const told = [
    { name: "a.pdf", size: 1024 },
    { name: "a.pdf", size: 1025 },
    { name: "a.mp4", size: 2048 },
    { name: "a.svg", size: 1 },
    { name: "a.pdf", size: 0 },
  ].map((file) => refusalOf(file, { limits, texts }, "en"));
  assert.deepEqual(told, [null, "a.pdf: 1 KB > 1 KB", null, "a.svg: only PDF, MP4", "a.pdf is empty"]);
});

test("an unfinished upload is remembered per place and per file", () => {
  const storage = shelf();
  const file = { name: "a.mp4", size: 9, lastModified: 1 };
  const first = resumeStorage("topics/1", storage);
  first.write(file, "u1");
  first.release(file);

  assert.equal(resumeStorage("topics/2", storage).read(file), null);
  assert.equal(resumeStorage("topics/1", storage).read({ ...file, size: 8 }), null);
  assert.equal(resumeStorage("topics/1", storage).read(file), "u1");
});

test("two fields with the same file do not share an upload", () => {
  const storage = shelf();
  const file = { name: "b.mp4", size: 9, lastModified: 1 };
  const first = resumeStorage("p", storage);
  const second = resumeStorage("p", storage);
  first.write(file, "u1");

  assert.equal(second.read(file), null);
  second.write(file, "u2");
  second.remove(file);
  first.release(file);
  assert.equal(resumeStorage("p", storage).read(file), "u1");
});

test("a browser without storage uploads all the same", () => {
  const memory = resumeStorage("p", null);
  const file = { name: "c.mp4", size: 1, lastModified: 1 };

  memory.write(file, "u1");

  assert.equal(memory.read(file), null);
  memory.remove(file);
});
