/* Entry module of the program builder: fetches the tree and connects the parts of the page. */

import { byData, byId, copyTemplate, readJson } from "../../../portal/dom.js";
import { createJsonClient, csrfFrom } from "../../../portal/http.js";
import { readMessages } from "../../../portal/messages.js";
import { Toast } from "../../../portal/toast.js";
import { Commands } from "./commands.js";
import { askStation } from "./dialogs.js";
import { Drag } from "./drag.js";
import { bindEvents } from "./events.js";
import { FieldEditor } from "./field-editor.js";
import { Header } from "./header.js";
import { Menu } from "./menu.js";
import { NewRow } from "./new-row.js";
import { OperationQueue } from "./operation-queue.js";
import { Operations } from "./operations.js";
import { Problems } from "./problems.js";
import { Sync } from "./sync.js";
import { TreeView } from "./tree-view.js";
import { Tree } from "./tree.js";
import { UndoStack } from "./undo-stack.js";
import { Uploads, acceptFileDrops } from "./uploads.js";

/**
 * @import { RequestError } from "../../../portal/http.js"
 * @import { TreeResponse } from "./sync.js"
 * @import { TreeNode } from "./tree.js"
 * @import { UndoEntry } from "./undo-stack.js"
 */

const config = readJson("builder-config");
const translate = readMessages(byId("builder-messages"));
/** @type {HTMLFormElement} */
const root = byData(document, "builder");
/** @param {string} name */
const one = (name) => byData(root, name);
/** @param {string} name */
const template = (name) => byId(`b-${name}`);
const header = new Header(root, { translate });
const csrf = csrfFrom(root, location.href);
const api = createJsonClient(csrf);

/**
 * Remember for this browser tab which nodes of a program are open.
 *
 * @param {number | null} programId
 */
function openNodesStorage(programId) {
  const key = `portal-builder:${programId}`;
  return {
    /** @returns {Record<string, boolean>} */
    read() {
      try {
        return JSON.parse(sessionStorage.getItem(key) ?? "null") ?? {};
      } catch {
        return {};
      }
    },
    /** @param {Record<string, boolean>} value */
    write(value) {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // A full or forbidden storage only means that it is not remembered.
      }
    },
  };
}

/** Messages and commands of the buttons behind the last child of a node. @type {Record<string, string[][]>} */
const ADD_BUTTONS = {
  program: [
    ["addLesson", "addLesson"],
    ["addFinalTest", "addFinalTest"],
  ],
  lesson: [
    ["addTopic", "addInside"],
    ["addTest", "addTest"],
  ],
  topic: [["addFiles", "addInside"]],
};

/**
 * The line behind the last child of a node, with the buttons that add to it.
 *
 * @param {TreeNode} node
 */
function addLine(node) {
  const line = copyTemplate(template("add-line"));
  for (const [message, command] of ADD_BUTTONS[node.kind]) {
    const button = copyTemplate(template("add-button"));
    byData(button, "text").textContent = translate(message);
    button.dataset.command = command;
    line.firstElementChild?.append(button);
  }
  if (node.kind === "topic") {
    const hint = document.createElement("span");
    hint.className = "b-muted";
    hint.textContent = translate("dropHint");
    line.firstElementChild?.append(hint);
  }
  return line;
}

/**
 * Announce a text to screen readers.
 *
 * @param {string} text
 */
function say(text) {
  one("announce").textContent = text;
}

/** @param {TreeResponse} response */
function build({ treeVersion, program }) {
  const tree = new Tree(program);
  const view = new TreeView(one("tree"), {
    tree,
    translate,
    template: template("row"),
    memory: openNodesStorage(program.id),
    addLine,
  });
  const undo = new UndoStack(() => header.showUndo(undo));
  /** @type {Toast<UndoEntry>} */
  const toast = new Toast(one("toast"), {
    label: translate("undo"),
    onUndo: (entry) => operations.undoLast(entry),
    onFocusLost: () => commands.focusCurrentRow(),
  });
  const queue = new OperationQueue({
    send: (body) => api.post(config.act, body),
    onState: () => showState(),
  });
  const problems = new Problems({
    templates: { stale: template("stale"), invalid: template("invalid") },
    translate,
    placeOf: (node) => (node === tree.root ? header.problem : view.rowOf(node)?.problem),
    onChange: () => showState(),
    toast,
    askEditor: () => sync.lastEditor(),
  });
  let wasGuarded = false;
  const editor = new FieldEditor({
    translate,
    onSave: (node, field, value) => operations.edit(node, field, value),
    onRefused: () => say(translate("titleNeeded")),
    onLeave: (node, button) => (node === tree.root ? button.focus() : view.focus(node)),
    isBusy: () => view.isArranging,
    onClosed() {
      // What others saved in the node while it was edited here was not merged.
      if (wasGuarded) sync.fetchSoon();
      wasGuarded = false;
    },
  });
  const sync = new Sync({
    api,
    config,
    queue,
    version: treeVersion,
    onMerge(fresh, name) {
      const guarded = editor.node;
      wasGuarded ||= guarded !== null;
      const result = tree.merge(fresh, (node) => problems.has(node) || node === guarded);
      problems.forget(result.removed);
      view.showMerge(result);
      header.show(tree.root);
      const count = result.added.size + result.removed.size + result.changed.size;
      if (name && count > 0) say(translate("merged", { name }));
    },
  });
  const showProgram = () => header.show(tree.root);
  const operations = new Operations({ tree, view, queue, undo, translate, sync, problems, say, toast, showProgram });
  const newRow = new NewRow({ template: template("new-line"), translate, view, operations });
  const uploads = new Uploads({
    config: config.upload,
    csrfToken: csrf.csrfToken,
    template: template("upload"),
    view,
    tree,
    onDone(topic, { key, name }) {
      operations.add("file", topic, { key, title: "", originalName: name });
    },
    onChange: () => showState(),
  });

  function showState() {
    if (problems.size > 0) {
      header.showState("bad", translate("notSaved", { reason: translate("toDecide") }));
    } else if (queue.state === "failed") {
      const reason = `${translate(queue.error.kind)} (${translate("waiting", { count: queue.size })})`;
      header.showState("bad", translate("notSaved", { reason }), true);
    } else if (queue.state === "saving" || uploads.size > 0) {
      header.showState("saving", translate("saving"));
    } else {
      header.showState("good", translate("saved"));
    }
  }

  const files = one("files");
  /** The topic for which the dialog of the browser is open. @type {TreeNode | null} */
  let filesFor = null;
  /** @param {TreeNode} topic */
  const chooseFiles = (topic) => {
    filesFor = topic;
    files.value = "";
    files.click();
  };
  files.accept = Object.keys(config.upload.limits).join(",");
  files.addEventListener("change", (/** @type {Event} */ event) => {
    event.stopPropagation();
    if (filesFor && tree.has(filesFor)) uploads.take(filesFor, [...files.files]);
  });

  const menu = new Menu({ menu: template("menu"), item: template("menu-item") });
  const parts = { tree, view, operations, translate, editor, newRow, chooseFiles, menu, say };
  const commands = new Commands(parts);
  problems.resend = (node, fields, base) => operations.resend(node, fields, base);
  problems.refresh = (node) => (node === tree.root ? showProgram() : view.refresh(node));
  problems.editAgain = (node, field, text) => {
    if (node === tree.root) {
      if (field) editor.open(node, field, header.field(field), text);
      else header.field("title").focus();
    } else if (field) commands.edit(node, field, text);
    else view.focus(node);
  };
  new Drag(one("tree"), {
    view,
    translate,
    onDrop(nodes, position) {
      if (nodes.length === 0 || !tree.has(position.parent)) return;
      if (operations.move(nodes, position)) view.focus(nodes[0]);
    },
  });
  acceptFileDrops(one("tree"), {
    topicAt(element) {
      let node = view.nodeAt(element);
      while (node && node.kind !== "topic") node = node.parent;
      return node;
    },
    rowOf: (node) => view.rowOf(node),
    onFiles: (topic, dropped) => uploads.take(topic, dropped),
  });
  bindEvents(root, {
    ...parts,
    config,
    header,
    commands,
    queue,
    copy() {
      askStation(config.stations, {
        translate,
        copy: (station) => api.post(config.copy, { station }),
      });
    },
    isUnsaved: () => queue.size > 0 || problems.size > 0 || uploads.size > 0 || newRow.isUnsaved,
  });
  header.show(tree.root);
  header.showUndo(undo);
  showState();
  sync.start();
}

try {
  build(await api.get(config.tree));
} catch (caught) {
  const { kind, message } = /** @type {RequestError} */ (caught);
  const reason = kind ? message || translate(kind) : "";
  header.showState("bad", `${translate("notLoaded")} ${reason}`, true);
  one("retry").addEventListener("click", () => location.reload());
  if (!kind) throw caught;
}
