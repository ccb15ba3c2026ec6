import assert from "node:assert/strict";
import { test } from "node:test";

import { Tree } from "../../static/lms/courses/builder/tree.js";
import {
  dropPosition,
  neighbourParentPosition,
  isAtPosition,
  skipMoved,
  adjacentPosition,
  originalPositions,
} from "../../static/lms/courses/builder/positions.js";
import { hasNode, findCreatedNode } from "../../static/lms/courses/builder/lost-response.js";

const file = (id, title = `f${id}`) => ({ kind: "file", id, title, isActive: true, version: 1 });
const topic = (id, files = [], title = `t${id}`) => ({
  kind: "topic", id, title, code: "", duration: "", isActive: true, version: 1, files,
});
const lesson = (id, topics = [], tests = []) => ({
  kind: "lesson", id, title: `l${id}`, duration: "", isActive: true, version: 1, topics, tests,
});
const quiz = (id, kind = "lessontest") => ({ kind, id, title: `q${id}`, isActive: true, version: 1 });
const program = (lessons, tests = []) => ({
  kind: "program", id: 1, title: "p", isActive: true, version: 1, lessons, tests,
});

function sample() {
  return program(
    [
      lesson(1, [topic(11, [file(111), file(112)]), topic(12), topic(13)], [quiz(1)]),
      lesson(2, [topic(21)]),
      lesson(3),
    ],
    [quiz(9, "finaltest")],
  );
}

function order(tree) {
  return [...Tree.walk(tree.root)].slice(1).map((node) => `${node.kind[0]}${node.id}`).join(" ");
}

test("the tree is walked in the order of the page", () => {
  const tree = new Tree(sample());
  assert.equal(order(tree), "l1 t11 f111 f112 t12 t13 l1 l2 t21 l3 f9");
  assert.deepEqual(Tree.counts(tree.find("lesson", 1)), { topic: 3, file: 2, test: 1 });
});

test("a node that was taken out is not found, and comes back with all below it", () => {
  const tree = new Tree(sample());
  const gone = tree.find("topic", 11);
  const before = Tree.next(gone);
  tree.detach(gone);
  assert.equal(tree.find("file", 111), undefined);
  assert.equal(tree.has(gone), false);
  tree.attach(gone, gone.parent, before);
  assert.equal(tree.find("file", 111).parent, gone);
  assert.equal(order(tree), "l1 t11 f111 f112 t12 t13 l1 l2 t21 l3 f9");
});

test("steps go among siblings and across the border of lessons", () => {
  const tree = new Tree(sample());
  const walk = (kind, id, direction) => {
    const node = tree.find(kind, id);
    const place = adjacentPosition(tree.root, [node], direction);
    if (place) tree.move([node], place.parent, skipMoved(place, [node]).before);
    return place !== null;
  };
  assert.equal(walk("topic", 11, -1), false);
  walk("topic", 11, 1);
  assert.match(order(tree), /^l1 t12 t11 f111 f112 t13/);
  walk("topic", 11, 1);
  walk("topic", 11, 1);
  assert.match(order(tree), /l2 t11 f111 f112 t21/);
  walk("topic", 11, -1);
  assert.match(order(tree), /^l1 t12 t13 t11 f111 f112/);
  assert.equal(walk("lesson", 3, 1), false);
  assert.equal(walk("lessontest", 1, 1), false);
});

test("several topics step together", () => {
  const tree = new Tree(sample());
  const nodes = [tree.find("topic", 12), tree.find("topic", 13)];
  const up = adjacentPosition(tree.root, nodes, -1);
  tree.move(nodes, up.parent, skipMoved(up, nodes).before);
  assert.match(order(tree), /^l1 t12 t13 t11/);
  const on = neighbourParentPosition(tree.root, nodes, 1);
  tree.move(nodes, on.parent, on.before);
  assert.match(order(tree), /l2 t21 t12 t13 l3/);
});

test("the way back of a scattered move restores the order", () => {
  const tree = new Tree(sample());
  const start = order(tree);
  const nodes = [tree.find("topic", 11), tree.find("topic", 13), tree.find("topic", 21)];
  const back = originalPositions(nodes);
  tree.move(nodes, tree.find("lesson", 3));
  assert.notEqual(order(tree), start);
  for (const group of back.reverse()) tree.move(group.nodes, group.parent, group.before);
  assert.equal(order(tree), start);
});

test("the place of a drop depends on what is dragged and what is under it", () => {
  const tree = new Tree(sample());
  const at = (kind, over, id, part, isOpen) => {
    const place = dropPosition(kind, tree.find(over, id), part, isOpen);
    return place && [place.parent.kind[0] + place.parent.id, place.before?.id ?? null];
  };
  assert.deepEqual(at("topic", "topic", 12, "upper"), ["l1", 12]);
  assert.deepEqual(at("topic", "topic", 12, "lower"), ["l1", 13]);
  assert.deepEqual(at("topic", "lesson", 2, "lower"), ["l2", 21]);
  assert.deepEqual(at("topic", "lesson", 2, "lower", () => false), ["l2", null]);
  assert.deepEqual(at("topic", "lesson", 2, "end"), ["l2", null]);
  assert.deepEqual(at("topic", "lessontest", 1, "upper"), ["l1", null]);
  assert.deepEqual(at("topic", "file", 111, "upper"), ["l1", 12]);
  assert.deepEqual(at("lesson", "topic", 12, "upper"), ["p1", 2]);
  assert.deepEqual(at("lesson", "lesson", 1, "upper"), ["p1", 1]);
  assert.deepEqual(at("lesson", "finaltest", 9, "lower"), ["p1", null]);
  assert.deepEqual(at("file", "topic", 12, "upper"), ["t12", null]);
  assert.deepEqual(at("file", "file", 111, "lower"), ["t11", 112]);
  assert.equal(at("file", "lesson", 3, "upper"), null);
  assert.equal(at("topic", "finaltest", 9, "upper"), null);
});

test("a place among the moved nodes themselves is no move", () => {
  const tree = new Tree(sample());
  const [first, second] = [tree.find("topic", 11), tree.find("topic", 12)];
  const parent = first.parent;
  assert.equal(isAtPosition({ parent, before: second }, [first]), true);
  assert.equal(isAtPosition({ parent, before: first }, [first, second]), true);
  assert.equal(isAtPosition({ parent, before: null }, [first]), false);
});

test("a merge takes what others did and keeps the nodes that stay", () => {
  const tree = new Tree(sample());
  const kept = tree.find("topic", 12);
  const mine = tree.find("topic", 13);
  mine.data.title = "being typed";
  const fresh = program(
    [
      lesson(2, [topic(12, [], "renamed"), topic(21)]),
      lesson(1, [topic(13, [], "theirs"), topic(14)], [quiz(1)]),
    ],
    [quiz(9, "finaltest")],
  );
  const result = tree.merge(fresh, (node) => node === mine);
  assert.equal(order(tree), "l2 t12 t21 l1 t13 t14 l1 f9");
  assert.equal(kept.data.title, "renamed");
  assert.equal(kept.parent, tree.find("lesson", 2));
  assert.equal(mine.data.title, "being typed");
  const names = (set) => [...set].map((node) => `${node.kind[0]}${node.id}`).sort();
  assert.deepEqual(names(result.removed), ["f111", "f112", "l3", "t11"]);
  assert.deepEqual(names(result.added), ["t14"]);
  assert.deepEqual(names(result.changed), ["t12"]);
  assert.deepEqual(names(result.arranged), ["l1", "l2", "p1"]);
});

test("a merge of the same tree changes nothing", () => {
  const result = new Tree(sample()).merge(sample());
  assert.deepEqual(Object.values(result).map((set) => set.size), [0, 0, 0, 0]);
});

test("a copy gets the server's numbers by order, whatever was moved meanwhile", () => {
  const tree = new Tree(sample());
  const source = tree.find("topic", 11);
  const copy = tree.clone(source);
  tree.attach(copy, source.parent, Tree.next(source));
  const shape = Tree.shape(copy);
  copy.children.reverse();
  copy.data.title = "typed meanwhile";
  copy.pending.title = 1;
  const answer = topic(50, [file(501, "a"), file(502, "b")], "copy");
  assert.equal(tree.adopt(shape, answer), true);
  assert.deepEqual(copy.children.map((node) => node.id), [502, 501]);
  assert.equal(copy.data.title, "typed meanwhile");
  assert.equal(tree.find("file", 501).data.title, "a");
  assert.equal(tree.adopt(shape, topic(50, [file(501)])), false);
});

test("whether a lost act was carried out is seen in the server's tree", () => {
  const known = (kind, id) => !(kind === "topic" && id === 12);
  assert.equal(findCreatedNode(sample(), { kind: "topic", parentId: 1, title: "t12", isKnown: known }).id, 12);
  assert.equal(findCreatedNode(sample(), { kind: "topic", parentId: 2, title: "t12", isKnown: known }), null);
  assert.equal(hasNode(sample(), "file", 112), true);
  assert.equal(hasNode(sample(), "file", 12), false);
});
