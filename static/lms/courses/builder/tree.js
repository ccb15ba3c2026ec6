/* The tree of a program in memory: finding, placing, moving, and merging what others saved. */

/** @type {Record<string, string>} */
const LISTS = { program: "lessons", lesson: "topics", topic: "files" };
// What identifies a node or stands below it is not one of its fields.
const NOT_FIELDS = new Set(["kind", "id", "lessons", "topics", "files", "tests"]);
/** @type {Partial<Record<Kind, Kind>>} */
const PARENTS = { lesson: "program", topic: "lesson", file: "topic" };

/**
 * @typedef {"program" | "lesson" | "topic" | "file" | "lessontest" | "finaltest"} Kind
 *
 * @typedef {object} TreeNode
 * @property {string} uid Identifies the node on this page.
 * @property {Kind} kind
 * @property {any} id The number on the server; null until the server has made the node.
 * @property {any} parent The node above; null for the program.
 * @property {Record<string, any>} data The fields of the node.
 * @property {TreeNode[]} children Lessons, topics or files in their order.
 * @property {TreeNode[]} tests
 * @property {Record<string, number>} pending How many requests are under way, by field.
 * @property {{error: any, mine: Record<string, any>, base: Record<string, any>} | null} problem
 *
 * @typedef {{kind: Kind, id: number | null, [name: string]: any}} ServerNode A node as JSON.
 * @typedef {{node: TreeNode, children: Shape[], tests: Shape[]}} Shape
 * @typedef {Record<"added" | "removed" | "changed" | "arranged", Set<TreeNode>>} MergeResult
 */

/**
 * The kind of node that a movable kind stands below; undefined for tests, which have no order.
 *
 * @param {Kind} kind
 * @returns {Kind | undefined}
 */
export function parentKind(kind) {
  return PARENTS[kind];
}

/** @param {TreeNode} node */
export function isTest(node) {
  return node.kind === "lessontest" || node.kind === "finaltest";
}

/** @param {Record<string, any>} data @returns {Record<string, any>} */
function fieldsOf(data) {
  return Object.fromEntries(Object.entries(data).filter(([name]) => !NOT_FIELDS.has(name)));
}

/** The tree of one program. */
export class Tree {
  #last = 0;
  /** @type {Map<string, TreeNode>} */
  #byUid = new Map();
  /** @type {Map<string, TreeNode>} */
  #byKey = new Map();

  /** @param {ServerNode} program */
  constructor(program) {
    this.root = this.#grow(program, null);
  }

  /** @param {string | undefined} uid */
  get(uid) {
    return this.#byUid.get(uid ?? "");
  }

  /** @param {string} kind @param {number | null} id */
  find(kind, id) {
    return this.#byKey.get(`${kind}:${id}`);
  }

  /** @param {TreeNode} node */
  has(node) {
    return this.#byUid.get(node.uid) === node;
  }

  /**
   * All nodes directly below a node, in the order of the page.
   *
   * @param {TreeNode} node
   */
  static below(node) {
    return [...node.children, ...node.tests];
  }

  /**
   * The node and all nodes below it.
   *
   * @param {TreeNode} node
   * @returns {Generator<TreeNode>}
   */
  static *walk(node) {
    yield node;
    for (const child of Tree.below(node)) yield* Tree.walk(child);
  }

  /**
   * The list in which a node stands.
   *
   * @param {TreeNode} node
   * @returns {TreeNode[]}
   */
  static siblings(node) {
    if (!node.parent) return [node];
    return isTest(node) ? node.parent.tests : node.parent.children;
  }

  /**
   * The next sibling of a node that is not among `moved`, or null.
   *
   * @param {TreeNode} node
   * @param {Set<TreeNode>} [moved]
   */
  static next(node, moved = new Set()) {
    const list = Tree.siblings(node);
    return list.slice(list.indexOf(node) + 1).find((other) => !moved.has(other)) ?? null;
  }

  /**
   * How many nodes of each kind a node holds.
   *
   * @param {TreeNode} node
   */
  static counts(node) {
    /** @type {Record<string, number>} */
    const counts = { topic: 0, file: 0, test: 0 };
    for (const one of Tree.walk(node)) {
      if (one === node) continue;
      if (isTest(one)) counts.test += 1;
      else if (one.kind in counts) counts[one.kind] += 1;
    }
    return counts;
  }

  /**
   * Make a node that the server does not know yet; attach() puts it into the tree.
   *
   * @param {Kind} kind
   * @param {Record<string, any>} fields
   */
  make(kind, fields) {
    const start = { title: "", isActive: true, version: 0, url: "" };
    return this.#node({ kind, id: null, ...start, ...fields });
  }

  /**
   * A copy of a node and of all nodes below it, without the server's numbers.
   *
   * @param {TreeNode} node
   */
  clone(node) {
    const copy = this.#node({ kind: node.kind, id: null, ...node.data, url: "" });
    for (const name of /** @type {const} */ (["children", "tests"])) {
      for (const child of node[name]) {
        const below = this.clone(child);
        below.parent = copy;
        copy[name].push(below);
      }
    }
    return copy;
  }

  /**
   * Put a node in front of a sibling, or at the end.
   *
   * @param {TreeNode} node
   * @param {TreeNode} parent
   * @param {TreeNode | null} [before]
   */
  attach(node, parent, before = null) {
    node.parent = parent;
    const list = Tree.siblings(node);
    const place = before ? list.indexOf(before) : -1;
    list.splice(place < 0 ? list.length : place, 0, node);
    for (const one of Tree.walk(node)) this.#register(one);
  }

  /**
   * Take a node out with all nodes below it; its `parent` still says where it was.
   *
   * @param {TreeNode} node
   */
  detach(node) {
    const list = Tree.siblings(node);
    const place = list.indexOf(node);
    if (place >= 0) list.splice(place, 1);
    for (const one of Tree.walk(node)) this.#forget(one);
  }

  /**
   * Move nodes, in this order, in front of a sibling or to the end of a parent.
   *
   * @param {TreeNode[]} nodes
   * @param {TreeNode} parent
   * @param {TreeNode | null} [before]
   */
  move(nodes, parent, before = null) {
    for (const node of nodes) {
      const list = Tree.siblings(node);
      list.splice(list.indexOf(node), 1);
    }
    const place = before ? parent.children.indexOf(before) : -1;
    parent.children.splice(place < 0 ? parent.children.length : place, 0, ...nodes);
    for (const node of nodes) node.parent = parent;
  }

  /**
   * What a node holds now, for adopt() to match by order later.
   *
   * @param {TreeNode} node
   * @returns {Shape}
   */
  static shape(node) {
    /** @param {TreeNode[]} list */
    const shapes = (list) => list.map(Tree.shape);
    return { node, children: shapes(node.children), tests: shapes(node.tests) };
  }

  /**
   * Take the server's response for a node that was made here. Returns whether both have the same
   * shape; when not, the tree has to be fetched.
   *
   * @param {Shape} shape
   * @param {ServerNode} data
   * @returns {boolean}
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

  /**
   * Take the fields of the server, except those that are being saved; returns whether any differs.
   *
   * @param {TreeNode} node
   * @param {Record<string, any>} data
   */
  static take(node, data) {
    let differs = false;
    for (const [name, value] of Object.entries(fieldsOf(data))) {
      if (node.data[name] === value || node.pending[name]) continue;
      node.data[name] = value;
      differs = true;
    }
    return differs;
  }

  /**
   * Become the server's tree, keeping the nodes that stay. Fields of nodes for which `isGuarded`
   * is true are not changed. `arranged` in the result are the parents whose lists differ.
   *
   * @param {ServerNode} program
   * @param {(node: TreeNode) => boolean} [isGuarded]
   */
  merge(program, isGuarded = () => false) {
    /** @type {MergeResult} */
    const result = { added: new Set(), removed: new Set(), changed: new Set(), arranged: new Set() };
    const seen = new Set();
    /** @param {ServerNode} data @returns {TreeNode} */
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
      for (const name of /** @type {const} */ (["children", "tests"])) {
        const list = (data[name === "tests" ? "tests" : LISTS[node.kind]] ?? []).map(visit);
        const same = list.length === node[name].length && list.every((/** @type {TreeNode} */ one, /** @type {number} */ n) => one === node[name][n]);
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

  /** @param {ServerNode} data @param {TreeNode | null} parent */
  #grow(data, parent) {
    const node = this.#node(data);
    node.parent = parent;
    this.#register(node);
    node.children = (data[LISTS[node.kind]] ?? []).map((/** @type {ServerNode} */ child) => this.#grow(child, node));
    node.tests = (data.tests ?? []).map((/** @type {ServerNode} */ test) => this.#grow(test, node));
    return node;
  }

  /** @param {ServerNode} data @returns {TreeNode} */
  #node(data) {
    this.#last += 1;
    const { kind, id } = data;
    const own = { uid: `n${this.#last}`, kind, id, parent: null, data: fieldsOf(data) };
    return { ...own, children: [], tests: [], pending: {}, problem: null };
  }

  /** @param {TreeNode} node */
  #register(node) {
    this.#byUid.set(node.uid, node);
    if (node.id !== null) this.#byKey.set(`${node.kind}:${node.id}`, node);
  }

  /** @param {TreeNode} node */
  #forget(node) {
    this.#byUid.delete(node.uid);
    if (node.id !== null) this.#byKey.delete(`${node.kind}:${node.id}`);
  }
}
