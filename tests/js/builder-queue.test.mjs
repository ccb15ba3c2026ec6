import assert from "node:assert/strict";
import { test } from "node:test";

import { commandForKey } from "../../static/lms/courses/builder/keyboard-shortcuts.js";
import { splitLines } from "../../static/lms/courses/builder/new-row.js";
import { OperationQueue } from "../../static/lms/courses/builder/operation-queue.js";
import { UndoStack } from "../../static/lms/courses/builder/undo-stack.js";
import { RequestError } from "../../static/portal/http.js";

/** Timers that run when the test says so. */
function clock() {
  let waiting = null;
  return {
    setTimeout: (act, after) => (waiting = { act, after }),
    clearTimeout: (timer) => {
      if (timer === waiting) waiting = null;
    },
    get after() {
      return waiting?.after ?? null;
    },
    run() {
      const { act } = waiting;
      waiting = null;
      act();
    },
  };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

test("operations are sent one at a time, in order, and each gets its response", async () => {
  const log = [];
  let finish;
  const send = (body) => new Promise((done) => (finish = () => done({ to: body })));
  const queue = new OperationQueue({ send });
  for (const name of ["a", "b"]) {
    queue.push({ body: () => (log.push(`send ${name}`), name), done: ({ to }) => log.push(`done ${to}`) });
  }
  await settle();
  assert.deepEqual(log, ["send a"]);
  assert.equal(queue.size, 2);
  finish();
  await settle();
  finish();
  await queue.whenIdle();
  assert.deepEqual(log, ["send a", "done a", "send b", "done b"]);
  assert.equal(queue.state, "saved");
});

test("a body is made when its turn comes, and an operation that is no longer needed is not sent", async () => {
  const sent = [];
  let id = null;
  const queue = new OperationQueue({ send: async (body) => (sent.push(body), { id: 5 }) });
  queue.push({ body: () => "add", done: (answer) => (id = answer.id) });
  queue.push({ body: () => ({ move: id }) });
  queue.push({ body: () => null, done: () => assert.fail("was not sent") });
  await settle();
  assert.deepEqual(sent, ["add", { move: 5 }]);
  assert.equal(queue.size, 0);
});

test("a lost connection keeps the operations and is tried again, each time later", async () => {
  const timers = clock();
  let isLost = true;
  const sent = [];
  const states = [];
  const queue = new OperationQueue({
    timers,
    onState: (state) => states.push(state),
    send: async (body) => {
      if (isLost) throw new RequestError("network");
      sent.push(body);
      return {};
    },
  });
  queue.push({ body: () => "a" });
  queue.push({ body: () => "b" });
  await settle();
  assert.equal(queue.state, "failed");
  assert.equal(queue.error.kind, "network");
  assert.equal(timers.after, 2000);
  timers.run();
  await settle();
  assert.equal(timers.after, 4000);
  isLost = false;
  queue.retry();
  await settle();
  assert.deepEqual(sent, ["a", "b"]);
  assert.equal(states.at(-1), "saved");
});

test("a refused operation fails, and the others go on", async () => {
  const sent = [];
  const failed = [];
  const queue = new OperationQueue({
    send: async (body) => {
      if (body === "bad") throw new RequestError("invalid", { message: "no" });
      sent.push(body);
      return {};
    },
  });
  queue.push({ body: () => "bad", failed: (error) => failed.push(error.message) });
  queue.push({ body: () => "good" });
  await settle();
  assert.deepEqual(failed, ["no"]);
  assert.deepEqual(sent, ["good"]);
});

test("after a lost response an operation that was carried out is not sent twice", async () => {
  const timers = clock();
  let sent = 0;
  const answers = [];
  const queue = new OperationQueue({
    timers,
    send: async () => {
      sent += 1;
      throw new RequestError("network");
    },
  });
  queue.push({ body: () => "add", recover: async () => ({ node: 7 }), done: (answer) => answers.push(answer) });
  await settle();
  timers.run();
  await settle();
  assert.equal(sent, 1);
  assert.deepEqual(answers, [{ node: 7 }]);
});

test("an operation put in front goes before those that wait", async () => {
  const sent = [];
  const queue = new OperationQueue({
    send: async (body) => {
      sent.push(body);
      if (body === "stale") throw new RequestError("stale", { stored: {} });
      return {};
    },
  });
  queue.push({ body: () => "stale", failed: () => queue.pushFirst({ body: () => "again" }) });
  queue.push({ body: () => "later" });
  await settle();
  assert.deepEqual(sent, ["stale", "again", "later"]);
});

test("undo takes back the last operation, or the one that is named", () => {
  const log = [];
  const stack = new UndoStack();
  const first = stack.push("first", () => log.push("first"));
  stack.push("second", () => log.push("second"));
  assert.equal(stack.undo(first).text, "first");
  assert.equal(stack.undo(first), null);
  assert.equal(stack.undo().text, "second");
  assert.equal(stack.undo(), null);
  assert.deepEqual(log, ["first", "second"]);
});

test("what was taken back is done again, the last first, until something else is done", () => {
  let title = "old";
  const to = (value, other) => () => ((title = value), to(other, value));
  const stack = new UndoStack();
  const change = (value) => {
    stack.push(value, to(title, value));
    title = value;
  };
  change("new");
  change("newer");
  assert.equal(stack.redo(), null);
  stack.undo();
  stack.undo();
  assert.deepEqual([title, stack.size, stack.undone], ["old", 0, 2]);
  assert.equal(stack.redo().text, "new");
  assert.equal(title, "new");
  stack.redo();
  assert.deepEqual([title, stack.size, stack.undone], ["newer", 2, 0]);
  stack.undo();
  assert.equal(title, "new");
  change("other");
  assert.deepEqual([stack.redo(), title, stack.undone], [null, "other", 0]);
});

test("keys mean the same on a Cyrillic layout", () => {
  const key = (name, changes = {}) => commandForKey({ key: name, code: "", ...changes });
  assert.equal(key("ArrowUp"), "up");
  assert.equal(key("ArrowUp", { altKey: true }), "moveUp");
  assert.equal(key("ArrowRight", { altKey: true }), "moveOn");
  assert.equal(key("т", { code: "KeyN" }), "add");
  assert.equal(key("Т", { code: "KeyN", shiftKey: true }), "addInside");
  assert.equal(key("я", { code: "KeyZ", ctrlKey: true }), "undo");
  assert.equal(key("Я", { code: "KeyZ", ctrlKey: true, shiftKey: true }), "redo");
  assert.equal(key("н", { code: "KeyY", ctrlKey: true }), "redo");
  assert.equal(key("D", { code: "KeyD", ctrlKey: true, shiftKey: true }), null);
  assert.equal(key("d", { code: "KeyD", metaKey: true }), "duplicate");
  assert.equal(key("?", { shiftKey: true }), "help");
  assert.equal(key("ArrowUp", { altKey: true, ctrlKey: true }), null);
  assert.equal(key("x", { code: "KeyX" }), null);
});

test("pasted lines are titles, empty ones are not", () => {
  assert.deepEqual(splitLines(" one \r\n\n two\n"), ["one", "two"]);
  assert.deepEqual(splitLines("x".repeat(600)), ["x".repeat(500)]);
  assert.deepEqual(splitLines(" \n"), []);
});
