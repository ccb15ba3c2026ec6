import assert from "node:assert/strict";
import { test } from "node:test";

import { hasSameContent, findMistake } from "../../static/lms/questions/validation.js";
import { RequestError } from "../../static/portal/http.js";
import { Autosave } from "../../static/lms/questions/autosave.js";

const limits = { points: 100, minOptions: 2 };

function content(changes = {}) {
  const options = [
    { id: null, text: "да", isRight: true },
    { id: null, text: "нет", isRight: false },
  ];
  return { question: "Пуск?", explanation: "", points: 1, image: "", options, ...changes };
}

/** Timers that run when the test says so. */
function clock() {
  let waiting = null;
  return {
    setTimeout: (act, after) => {
      waiting = { act, after };
      return waiting;
    },
    clearTimeout: (timer) => {
      if (timer === waiting) waiting = null;
    },
    get after() {
      return waiting?.after ?? null;
    },
    async run() {
      const { act } = waiting;
      waiting = null;
      await act();
    },
  };
}

function autosave(changes) {
  const timers = clock();
  const told = [];
  const made = new Autosave({
    check: () => null,
    send: async () => {},
    onState: (state) => told.push(state),
    timers,
    ...changes,
  });
  return { made, timers, told };
}

test("what is typed is sent once after the pause", async () => {
  let sent = 0;
  const { made, timers, told } = autosave({ send: async () => (sent += 1) });
  made.touch();
  made.touch();
  assert.equal(made.isUnsaved, true);
  await timers.run();
  assert.equal(sent, 1);
  assert.deepEqual(told, ["unsaved", "unsaved", "saving", "saved"]);
  assert.equal(made.isUnsaved, false);
});

test("what is typed while a request is under way is sent after it", async () => {
  let finish;
  const { made, timers, told } = autosave({ send: () => new Promise((done) => (finish = done)) });
  made.touch();
  const first = timers.run();
  made.touch();
  finish();
  await first;
  assert.equal(told.at(-1), "unsaved");
  const second = timers.run();
  await Promise.resolve();
  finish();
  await second;
  assert.equal(told.at(-1), "saved");
});

test("what is not right yet is not sent, and stays unsaved", async () => {
  let sent = 0;
  const { made, timers, told } = autosave({ check: () => "why", send: async () => (sent += 1) });
  made.touch();
  await timers.run();
  assert.equal(sent, 0);
  assert.equal(told.at(-1), "failed");
  assert.equal(made.isUnsaved, true);
});

test("a lost connection is tried again, each time later, a refusal is not", async () => {
  const kinds = ["network", "server", "invalid"];
  const { made, timers } = autosave({
    send: async () => {
      throw new RequestError(kinds.shift());
    },
  });
  made.touch();
  await timers.run();
  assert.equal(timers.after, 3000);
  await timers.run();
  assert.equal(timers.after, 6000);
  await timers.run();
  assert.equal(timers.after, null);
  assert.equal(made.isUnsaved, true);
});

test("a conflict stops the saving until somebody chooses", async () => {
  let fails = true;
  const { made, timers, told } = autosave({
    send: async () => {
      if (fails) throw new RequestError("stale", { stored: {} });
    },
  });
  made.touch();
  await timers.run();
  made.touch();
  assert.equal(timers.after, null);
  assert.equal(told.at(-1), "conflict");
  fails = false;
  await made.resolve(true);
  assert.equal(told.at(-1), "saved");
});

test("after taking what is stored nothing is sent", async () => {
  let sent = 0;
  const { made } = autosave({ send: async () => (sent += 1) });
  made.showConflict(new RequestError("stale", { stored: {} }));
  await made.resolve(false);
  assert.equal(sent, 0);
  assert.equal(made.isUnsaved, false);
});

test("each rule has its own reason", () => {
  const option = (text, isRight = false) => ({ id: null, text, isRight });
  assert.equal(findMistake(content(), limits), null);
  assert.equal(findMistake(content({ question: "  " }), limits), "noQuestion");
  assert.equal(findMistake(content({ options: [option("а", true)] }), limits), "fewOptions");
  assert.equal(findMistake(content({ options: [option("а", true), option(" ")] }), limits), "emptyOption");
  assert.equal(findMistake(content({ options: [option("а", true), option("А ")] }), limits), "sameOptions");
  assert.equal(findMistake(content({ options: [option("а"), option("б")] }), limits), "noRight");
  for (const points of [0, 101, 1.5, NaN]) assert.equal(findMistake(content({ points }), limits), "badPoints");
});

test("numbers of answers and outer space make no difference", () => {
  const numbered = content({ question: " Пуск? " });
  numbered.options[0].id = 7;
  assert.equal(hasSameContent(numbered, content()), true);
  assert.equal(hasSameContent(content({ points: 2 }), content()), false);
});
