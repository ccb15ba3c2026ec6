import assert from "node:assert/strict";
import { test } from "node:test";

import { RequestError, createApi } from "../../static/lms/questions/api.js";
import { isSame, wrongIn } from "../../static/lms/questions/rules.js";
import { Saver } from "../../static/lms/questions/saver.js";

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

function saver(changes) {
  const timers = clock();
  const told = [];
  const made = new Saver({
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
  const { made, timers, told } = saver({ send: async () => (sent += 1) });
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
  const { made, timers, told } = saver({ send: () => new Promise((done) => (finish = done)) });
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
  const { made, timers, told } = saver({ check: () => "why", send: async () => (sent += 1) });
  made.touch();
  await timers.run();
  assert.equal(sent, 0);
  assert.equal(told.at(-1), "failed");
  assert.equal(made.isUnsaved, true);
});

test("a lost connection is tried again, each time later, a refusal is not", async () => {
  const kinds = ["network", "server", "invalid"];
  const { made, timers } = saver({
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
  const { made, timers, told } = saver({
    send: async () => {
      if (fails) throw new RequestError("conflict", { stored: {} });
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
  const { made } = saver({ send: async () => (sent += 1) });
  made.meet(new RequestError("conflict", { stored: {} }));
  await made.resolve(false);
  assert.equal(sent, 0);
  assert.equal(made.isUnsaved, false);
});

test("each rule has its own reason", () => {
  const option = (text, isRight = false) => ({ id: null, text, isRight });
  assert.equal(wrongIn(content(), limits), null);
  assert.equal(wrongIn(content({ question: "  " }), limits), "noQuestion");
  assert.equal(wrongIn(content({ options: [option("а", true)] }), limits), "fewOptions");
  assert.equal(wrongIn(content({ options: [option("а", true), option(" ")] }), limits), "emptyOption");
  assert.equal(wrongIn(content({ options: [option("а", true), option("А ")] }), limits), "sameOptions");
  assert.equal(wrongIn(content({ options: [option("а"), option("б")] }), limits), "noRight");
  for (const points of [0, 101, 1.5, NaN]) assert.equal(wrongIn(content({ points }), limits), "badPoints");
});

test("numbers of answers and outer space make no difference", () => {
  const numbered = content({ question: " Пуск? " });
  numbered.options[0].id = 7;
  assert.equal(isSame(numbered, content()), true);
  assert.equal(isSame(content({ points: 2 }), content()), false);
});

function answering(status, body) {
  const post = createApi({
    base: "/x/",
    csrfToken: () => "t",
    fetcher: async () => new Response(body, { status }),
  });
  return post("save", {});
}

test("after another sign-in the request is sent again with the new token", async () => {
  const tokens = [];
  let token = "old";
  const post = createApi({
    base: "/x/",
    csrfToken: () => token,
    renewToken: async () => {
      token = "new";
      return true;
    },
    fetcher: async (url, { headers }) => {
      tokens.push(headers["X-CSRFToken"]);
      return token === "new" ? new Response("{}") : new Response("<html>", { status: 403 });
    },
  });
  assert.deepEqual(await post("save", {}), {});
  assert.deepEqual(tokens, ["old", "new"]);
});

test("failures are told apart", async () => {
  const kindOf = (promise) => promise.then(() => "none", ({ kind }) => kind);
  assert.deepEqual(await answering(200, '{"a": 1}'), { a: 1 });
  assert.equal(await kindOf(answering(400, '{"error": "no"}')), "invalid");
  assert.equal(await kindOf(answering(401, '{"error": "no"}')), "signedOut");
  assert.equal(await kindOf(answering(403, '{"error": "no"}')), "forbidden");
  assert.equal(await kindOf(answering(403, "<html>CSRF</html>")), "signedOut");
  assert.equal(await kindOf(answering(409, '{"error": "no", "stored": {}}')), "conflict");
  assert.equal(await kindOf(answering(502, "<html>")), "server");
  const lost = createApi({ base: "/", csrfToken: () => "", fetcher: async () => Promise.reject(new TypeError()) });
  assert.equal(await kindOf(lost("save", {})), "network");
});
