/* Entry module of the program builder: fetches the tree and joins the parts of the page. */

import { Acts } from "./acts.js";
import { createApi, tokenOf } from "./api.js";
import { Commands } from "./commands.js";
import { askStation } from "./dialogs.js";
import { Drag } from "./drag.js";
import { FieldEditor } from "./edit.js";
import { Header } from "./header.js";
import { Menu } from "./menu.js";
import { Tree } from "./model.js";
import { NewLine } from "./newline.js";
import { bindPage } from "./page.js";
import { Problems } from "./problems.js";
import { ActQueue } from "./queue.js";
import { Sync } from "./sync.js";
import { Toast } from "./toast.js";
import { UndoStack } from "./undo.js";
import { Uploads, acceptFileDrops } from "./uploads.js";
import { TreeView } from "./view.js";
import { wordsOf } from "./words.js";

const config = JSON.parse(document.getElementById("builder-config").textContent);
const words = wordsOf(document.getElementById("builder-words"));
const root = document.querySelector("[data-builder]");
const one = (name) => root.querySelector(`[data-${name}]`);
const template = (name) => document.getElementById(`b-${name}`);
const token = root.querySelector("[name=csrfmiddlewaretoken]");
const header = new Header(root, { words });
const api = createApi({
  csrfToken: () => token.value,
  async renewToken() {
    const found = await tokenOf(location.href);
    if (found) token.value = found;
    return Boolean(found);
  },
});

/** What is open, remembered for this tab. */
function memoryOf(program) {
  const key = `portal-builder:${program}`;
  return {
    read() {
      try {
        return JSON.parse(sessionStorage.getItem(key)) ?? {};
      } catch {
        return {};
      }
    },
    write(value) {
      try {
        sessionStorage.setItem(key, JSON.stringify(value));
      } catch {
        // A full or forbidden storage only means that it is not remembered.
      }
    },
  };
}

/** The line at the end of a list, with the buttons for adding to it. */
function addLine(node) {
  const buttons = {
    program: [["addLesson", "addLesson"], ["addFinalTest", "addFinalTest"]],
    lesson: [["addTopic", "addInside"], ["addTest", "addTest"]],
    topic: [["addFiles", "addInside"]],
  }[node.kind];
  const line = template("add-line").content.firstElementChild.cloneNode(true);
  for (const [word, command] of buttons) {
    const button = template("add-button").content.firstElementChild.cloneNode(true);
    button.querySelector("[data-text]").textContent = words(word);
    button.dataset.command = command;
    line.firstElementChild.append(button);
  }
  if (node.kind === "topic") {
    const hint = document.createElement("span");
    hint.className = "b-muted";
    hint.textContent = words("dropHint");
    line.firstElementChild.append(hint);
  }
  return line;
}

function say(text) {
  one("announce").textContent = text;
}

function build({ treeVersion, program }) {
  const tree = new Tree(program);
  const view = new TreeView(one("tree"), {
    tree,
    words,
    template: template("row"),
    memory: memoryOf(program.id),
    addLine,
  });
  const undo = new UndoStack(() => header.showUndo(undo));
  const toast = new Toast(one("toast"), {
    label: words("undo"),
    onUndo: (act) => acts.takeBack(act),
    onLeave: () => commands.backToRow(),
  });
  const queue = new ActQueue({
    send: (body) => api.post(config.act, body),
    onState: () => showState(),
  });
  const problems = new Problems({
    templates: { stale: template("stale"), invalid: template("invalid") },
    words,
    placeOf: (node) => (node === tree.root ? header.problem : view.rowOf(node)?.problem),
    onChange: () => showState(),
    toast,
    askEditor: () => sync.lastEditor(),
  });
  let wasGuarded = false;
  const editor = new FieldEditor({
    words,
    onSave: (node, field, value) => acts.edit(node, field, value),
    onRefused: () => say(words("titleNeeded")),
    onLeave: (node, button) => (node === tree.root ? button.focus() : view.focus(node)),
    isBusy: () => view.isArranging,
    onClosed() {
      // What others saved in the node while it was edited here was left out.
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
      if (name && count > 0) say(words("merged", { name }));
    },
  });
  const showProgram = () => header.show(tree.root);
  const acts = new Acts({ tree, view, queue, undo, words, sync, problems, say, toast, showProgram });
  const newLine = new NewLine({ template: template("new-line"), words, view, acts });
  const uploads = new Uploads({
    config: config.upload,
    csrfToken: () => token.value,
    template: template("upload"),
    view,
    tree,
    onDone(topic, { key, name }) {
      acts.add("file", topic, { key, title: "", originalName: name });
    },
    onChange: () => showState(),
  });

  function showState() {
    if (problems.size > 0) {
      header.showState("bad", words("notSaved", { reason: words("toDecide") }));
    } else if (queue.state === "failed") {
      const reason = `${words(queue.error.kind)} (${words("waiting", { count: queue.size })})`;
      header.showState("bad", words("notSaved", { reason }), true);
    } else if (queue.state === "saving" || uploads.size > 0) {
      header.showState("saving", words("saving"));
    } else {
      header.showState("good", words("saved"));
    }
  }

  const files = one("files");
  let filesFor = null;
  const chooseFiles = (topic) => {
    filesFor = topic;
    files.value = "";
    files.click();
  };
  files.accept = Object.keys(config.upload.limits).join(",");
  files.addEventListener("change", (event) => {
    event.stopPropagation();
    if (filesFor && tree.has(filesFor)) uploads.take(filesFor, [...files.files]);
  });

  const menu = new Menu({ menu: template("menu"), item: template("menu-item") });
  const parts = { tree, view, acts, words, editor, newLine, chooseFiles, menu, say };
  const commands = new Commands(parts);
  problems.acts = acts;
  problems.refresh = (node) => (node === tree.root ? showProgram() : view.refresh(node));
  problems.editAgain = (node, field, text) => {
    if (node === tree.root) {
      if (field) editor.open(node, field, header.field(field), text);
      else header.field("title").focus();
    } else if (field) commands.edit(node, field, text);
    else view.focus(node);
  };
  new Drag(one("tree"), { view, words, onDrop: (nodes, place) => dropped(nodes, place) });
  function dropped(nodes, place) {
    if (nodes.length === 0 || !tree.has(place.parent)) return;
    if (acts.move(nodes, place)) view.focus(nodes[0]);
  }
  acceptFileDrops(one("tree"), {
    topicAt(element) {
      let node = view.nodeAt(element);
      while (node && node.kind !== "topic") node = node.parent;
      return node;
    },
    rowOf: (node) => view.rowOf(node),
    onFiles: (topic, dropped) => uploads.take(topic, dropped),
  });
  bindPage(root, {
    ...parts,
    config,
    header,
    commands,
    queue,
    copy: () =>
      askStation(config.stations, { words, copy: (station) => api.post(config.copy, { station }) }),
    isUnsaved: () => queue.size > 0 || problems.size > 0 || uploads.size > 0 || newLine.isUnsaved,
  });
  header.show(tree.root);
  header.showUndo(undo);
  showState();
  sync.start();
}

try {
  build(await api.get(config.tree));
} catch (error) {
  const reason = error.kind ? error.message || words(error.kind) : "";
  header.showState("bad", `${words("notLoaded")} ${reason}`, true);
  one("retry").addEventListener("click", () => location.reload());
  if (!error.kind) throw error;
}
