import assert from "node:assert/strict";
import { test } from "node:test";

import { indexAfterKey, tooltipLeft } from "../../static/lms/dashboard/charts.js";

test("the first arrow key enters the days from its side", () => {
  assert.equal(indexAfterKey("ArrowLeft", -1, 30), 29);
  assert.equal(indexAfterKey("ArrowRight", -1, 30), 0);
});

test("arrow keys stop at the first and the last day", () => {
  assert.equal(indexAfterKey("ArrowLeft", 0, 30), 0);
  assert.equal(indexAfterKey("ArrowRight", 29, 30), 29);
  assert.equal(indexAfterKey("ArrowRight", 3, 30), 4);
  assert.equal(indexAfterKey("Home", 12, 30), 0);
  assert.equal(indexAfterKey("End", 12, 30), 29);
});

test("other keys are left to the browser", () => {
  assert.equal(indexAfterKey("Tab", 3, 30), null);
});

test("a tip stands over its day and never leaves the chart", () => {
  assert.equal(tooltipLeft(100, 40, 200), 80);
  assert.equal(tooltipLeft(5, 40, 200), 0);
  assert.equal(tooltipLeft(198, 40, 200), 160);
});
