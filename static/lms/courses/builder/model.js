/* The tree of a program in memory: finding, placing, moving, and merging what others saved. */

const LISTS = { program: "lessons", lesson: "topics", topic: "files" };
const NOT_FACTS = new Set(["kind", "id", "lessons", "topics", "files", "tests"]);
const PARENTS = { lesson: "program", topic: "lesson", file: "topic" };

/** The kind of node that a movable kind stands below; undefined for tests, which have no order. */
export function parentKind(kind) {
  return PARENTS[kind];
}

export function isTest(node) {
  return node.kind === "lessontest" || node.kind === "finaltest";
}

function factsOf(data) {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !NOT_FACTS.has(name)));
}

/**
 * A node is {uid, kind, id, parent, data, children, tests}. `uid` names it on this page; `id` is
 * the server's number, null until the server has made it; `data` holds its facts.
 */
export class Tree {
  #last = 0;
  #byUid = new Map();
  #byKey = new Map();

  constructor(program) {
    this.root = this.#grow(program, null);
  }

  get(uid) {
    return this.#byUid.get(uid);
  }

  find(kind, id) {
    return this.#byKey.get(`${kind}:${id}`);
  }

  has(node) {
    return this.#byUid.get(node.uid) === node;
  }

  /** All that stands below a node, in the order of the page. */
  static below(node) {
    return [...node.children, ...node.tests];
  }

  /** The node and all below it. */
  static *walk(node) {
    yield node;
    for (const child of Tree.below(node)) yield* Tree.walk(child);
  }

  /** The list in which a node stands. */
  static siblings(node) {
    if (!node.parent) return [node];
    return isTest(node) ? node.parent.tests : node.parent.children;
  }

  /** The sibling behind a node that is none of `moved`, or null. */
  static next(node, moved = new Set()) {
    const list = Tree.siblings(node);
    return list.slice(list.indexOf(node) + 1).find((other) => !moved.has(other)) ?? null;
  }

  /** How many nodes of each kind a node holds. */
  static counts(node) {
    const counts = { topic: 0, file: 0, test: 0 };
    for (const one of Tree.walk(node)) {
      if (one === node) continue;
      if (isTest(one)) counts.test += 1;
      else if (one.kind in counts) counts[one.kind] += 1;
    }
    return counts;
  }

  /** Make a node that the server does not know yet; attach() places it. */
  make(kind, facts) {
    const start = { title: "", isActive: true, version: 0, url: "" };
    return this.#node({ kind, id: null, ...start, ...facts });
  }

  /** A copy of a node and of all below it, without the server's numbers. */
  clone(node) {
    const copy = this.#node({ kind: node.kind, id: null, ...node.data, url: "" });
    for (const name of ["children", "tests"]) {
      for (const child of node[name]) {
        const below = this.clone(child);
        below.parent = copy;
        copy[name].push(below);
      }
    }
    return copy;
  }

  /** Place a node in front of a sibling, or at the end. */
  attach(node, parent, before = null) {
    node.parent = parent;
    const list = Tree.siblings(node);
    const place = before ? list.indexOf(before) : -1;
    list.splice(place < 0 ? list.length : place, 0, node);
    for (const one of Tree.walk(node)) this.#register(one);
  }

  /** Take a node out with all below it; `parent` keeps saying where it was. */
  detach(node) {
    const list = Tree.siblings(node);
    const place = list.indexOf(node);
    if (place >= 0) list.splice(place, 1);
    for (const one of Tree.walk(node)) this.#forget(one);
  }

  /** Move nodes, in this order, in front of a sibling or to the end of a parent. */
  move(nodes, parent, before = null) {
    for (const node of nodes) {
      const list = Tree.siblings(node);
      list.splice(list.indexOf(node), 1);
    }
    const place = before ? parent.children.indexOf(before) : -1;
    parent.children.splice(place < 0 ? parent.children.length : place, 0, ...nodes);
    for (const node of nodes) node.parent = parent;
  }

  /** What a node holds now: {node, children, tests}, for adopt() to match by order later. */
  static shape(node) {
    const shapes = (list) => list.map(Tree.shape);
    return { node, children: shapes(node.children), tests: shapes(node.tests) };
  }

  /**
   * Take the server's answer for a node made here. Returns whether the answer has the shape; when
   * not, the tree has to be fetched.
   */
  adopt({ node, children, tests }, data) {
    node.id = data.id;
    Tree.take(node, data);
    if (this.has(node)) this.#register(node);
    const pairs = [
      [children, data[LISTS[node.kind]] ?? []],
      [tests, data.tests ?? []],
    ];
    let agrees = true;
    for (const [made, wanted] of pairs) {
      if (made.length !== wanted.length) agrees = false;
      for (const [n, shape] of made.slice(0, wanted.length).entries()) {
        agrees = this.adopt(shape, wanted[n]) && agrees;
      }
    }
    return agrees;
  }

  /** Take facts from the server, but for those being saved; returns whether any differs. */
  static take(node, data) {
    let differs = false;
    for (const [name, value] of Object.entries(factsOf(data))) {
      if (node.data[name] === value || node.pending[name]) continue;
      node.data[name] = value;
      differs = true;
    }
    return differs;
  }

  /**
   * Become the server's tree, keeping the nodes that stay. Facts of nodes for which `isGuarded`
   * says yes are left alone. Returns sets of nodes: added, removed, changed, and `arranged`, the
   * parents whose lists differ.
   */
  merge(program, isGuarded = () => false) {
    const result = { added: new Set(), removed: new Set(), changed: new Set(), arranged: new Set() };
    const seen = new Set();
    const visit = (data) => {
      let node = this.find(data.kind, data.id);
      if (!node) {
        node = this.#node(data);
        this.#register(node);
        result.added.add(node);
      } else if (!isGuarded(node) && Tree.take(node, data)) {
        result.changed.add(node);
      }
      seen.add(node);
      const lists = { children: data[LISTS[node.kind]] ?? [], tests: data.tests ?? [] };
      for (const [name, wanted] of Object.entries(lists)) {
        const list = wanted.map(visit);
        const same = list.length === node[name].length && list.every((one, n) => one === node[name][n]);
        if (!same) result.arranged.add(node);
        node[name] = list;
        for (const child of list) child.parent = node;
      }
      return node;
    };
    visit(program);
    for (const node of this.#byUid.values()) if (!seen.has(node)) result.removed.add(node);
    for (const node of result.removed) this.#forget(node);
    return result;
  }

  #grow(data, parent) {
    const node = this.#node(data);
    node.parent = parent;
    this.#register(node);
    node.children = (data[LISTS[node.kind]] ?? []).map((child) => this.#grow(child, node));
    node.tests = (data.tests ?? []).map((test) => this.#grow(test, node));
    return node;
  }

  #node(data) {
    this.#last += 1;
    const { kind, id } = data;
    const own = { uid: `n${this.#last}`, kind, id, parent: null, data: factsOf(data) };
    return { ...own, children: [], tests: [], pending: {}, problem: null };
  }

  #register(node) {
    this.#byUid.set(node.uid, node);
    if (node.id !== null) this.#byKey.set(`${node.kind}:${node.id}`, node);
  }

  #forget(node) {
    this.#byUid.delete(node.uid);
    if (node.id !== null) this.#byKey.delete(`${node.kind}:${node.id}`);
  }
}
