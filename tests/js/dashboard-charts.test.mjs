import assert from "node:assert/strict";
import { test } from "node:test";

import { placeAfter, tipStart } from "../../static/lms/dashboard/charts.js";

test("the first arrow key enters the days from its side", () => {
  assert.equal(placeAfter("ArrowLeft", -1, 30), 29);
  assert.equal(placeAfter("ArrowRight", -1, 30), 0);
});

test("arrow keys stop at the first and the last day", () => {
  assert.equal(placeAfter("ArrowLeft", 0, 30), 0);
  assert.equal(placeAfter("ArrowRight", 29, 30), 29);
  assert.equal(placeAfter("ArrowRight", 3, 30), 4);
  assert.equal(placeAfter("Home", 12, 30), 0);
  assert.equal(placeAfter("End", 12, 30), 29);
});

test("other keys are left to the browser", () => {
  assert.equal(placeAfter("Tab", 3, 30), null);
});

test("a tip stands over its day and never leaves the chart", () => {
  assert.equal(tipStart(100, 40, 200), 80);
  assert.equal(tipStart(5, 40, 200), 0);
  assert.equal(tipStart(198, 40, 200), 160);
});
