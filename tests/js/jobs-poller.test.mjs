import assert from "node:assert/strict";
import { test } from "node:test";

import { Poller } from "../../static/lms/jobs/poller.js";

/** A poller whose timers run by hand; `answers` are numbers, null or errors. */
function polling({ seconds = 3, answers = [], isVisible = () => true }) {
  const waits = [];
  let asked = 0;
  let due = null;
  const poller = new Poller({
    seconds,
    isVisible,
    async ask() {
      const answer = answers[asked++];
      if (answer instanceof Error) throw answer;
      return answer;
    },
    setTimer: (work, milliseconds) => {
      waits.push(milliseconds / 1000);
      due = work;
      return waits.length;
    },
    clearTimer: () => (due = null),
  });
  const pass = async () => {
    const work = due;
    due = null;
    await work?.();
  };
  return { poller, waits, pass, asked: () => asked };
}

test("it asks as often as the server says, until nothing runs any more", async () => {
  const { waits, pass, asked } = polling({ answers: [3, 5, null] });
  for (let step = 0; step < 5; step += 1) await pass();
  assert.deepEqual(waits, [3, 3, 5]);
  assert.equal(asked(), 3);
});

test("a page on which nothing runs never asks", async () => {
  const { waits, poller } = polling({ seconds: null });
  await poller.visibilityChanged();
  assert.deepEqual(waits, []);
});

test("failures make it slower, up to a minute, and a success fast again", async () => {
  const down = new Error("down");
  const { waits, pass } = polling({ answers: [down, down, down, down, down, down, 3] });
  for (let step = 0; step < 7; step += 1) await pass();
  assert.deepEqual(waits, [3, 6, 12, 24, 48, 60, 60, 3]);
});

test("a hidden page does not ask, and asks at once when it is seen again", async () => {
  let visible = true;
  const { poller, waits, asked } = polling({ answers: [3, 3], isVisible: () => visible });
  visible = false;
  await poller.visibilityChanged();
  assert.equal(asked(), 0);
  visible = true;
  await poller.visibilityChanged();
  assert.equal(asked(), 1);
  assert.deepEqual(waits, [3, 3]);
});
