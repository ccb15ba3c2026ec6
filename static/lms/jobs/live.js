/* Renews the pages about jobs in place: scroll, selection and focus stay. */

import { Poller } from "./poller.js";

const HEADERS = { "X-Portal-Part": "1" };

/** Fetch the changing part of this page. */
async function fetchPart() {
  const response = await fetch(window.location.href, { headers: HEADERS, cache: "no-store" });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}

/**
 * Keep the token of a form: it is written differently each time and stays valid.
 *
 * @param {Element} current
 * @param {Element} next
 */
function takeOverToken(current, next) {
  const token = current.querySelector("[name=csrfmiddlewaretoken]")?.getAttribute("value");
  if (token) next.querySelector("[name=csrfmiddlewaretoken]")?.setAttribute("value", token);
}

/** @param {Element} current @param {Element} next */
function hasSameContent(current, next) {
  const [nodes, others] = [[...current.childNodes], [...next.childNodes]];
  return nodes.length === others.length && nodes.every((node, index) => node.isEqualNode(others[index]));
}

/**
 * Replace the content of an element if it differs; the focus goes to its first button or link.
 *
 * @param {Element} current
 * @param {Element} next
 */
function renew(current, next) {
  takeOverToken(current, next);
  if (hasSameContent(current, next)) return;
  const hadFocus = current.contains(document.activeElement);
  const isOpen = current.querySelector("details")?.open;
  current.replaceChildren(...next.childNodes);
  const details = current.querySelector("details");
  if (details && isOpen) details.open = true;
  const target = hadFocus ? current.querySelector("button, a") : null;
  if (target instanceof HTMLElement) target.focus({ preventScroll: true });
}

/** @param {Element} row */
function keyOf(row) {
  const box = row.querySelector("input.action-select");
  return box instanceof HTMLInputElement ? box.value : "";
}

/**
 * Renew all cells of a row but the one with the box.
 *
 * @param {Element} current
 * @param {Element} next
 */
function renewRow(current, next) {
  const cells = current.querySelectorAll("td, th");
  for (const [index, cell] of next.querySelectorAll("td, th").entries()) {
    const old = cells[index];
    if (old && !old.querySelector("input.action-select")) renew(old, cell);
  }
}

/**
 * Renew a list. Other rows than before wait until nothing is selected, so that no row moves away.
 *
 * @param {HTMLTableElement} current
 * @param {HTMLTableElement} next
 */
function renewTable(current, next) {
  const oldRows = [...current.tBodies];
  const newRows = [...next.tBodies];
  const isSame = oldRows.map(keyOf).join() === newRows.map(keyOf).join();
  if (!isSame && !current.querySelector("input.action-select:checked")) {
    current.replaceWith(next);
    // Django's script of the actions has bound itself to the boxes of the old table.
    const boxes = next.querySelectorAll("input.action-select");
    if (boxes.length && "Actions" in window) /** @type {any} */ (window).Actions(boxes);
    return;
  }
  const byKey = new Map(newRows.map((row, index) => [keyOf(row) || String(index), row]));
  for (const [index, row] of oldRows.entries()) {
    const news = byKey.get(keyOf(row) || String(index));
    if (news) renewRow(row, news);
  }
}

/** @param {Document} part */
function renewPage(part) {
  for (const element of document.querySelectorAll("[data-live-part]")) {
    const next = part.querySelector(`[data-live-part="${element.getAttribute("data-live-part")}"]`);
    if (next) renew(element, next);
  }
  const current = document.getElementById("result_list");
  const next = part.getElementById("result_list");
  if (current instanceof HTMLTableElement && next instanceof HTMLTableElement) {
    renewTable(current, next);
  } else if (current || next) {
    // The first row of a list, or the last one went: the frame of the list changes too.
    window.location.reload();
  }
}

/** @param {ParentNode} root */
function secondsOf(root) {
  const element = root.querySelector("[data-live]");
  const seconds = Number(element?.getAttribute("data-live-seconds"));
  return seconds || null;
}

const poller = new Poller({
  seconds: secondsOf(document),
  isVisible: () => document.visibilityState === "visible",
  async ask() {
    const part = await fetchPart();
    // Signed out: the page of the sign-in has no such element, and there is nothing to ask any more.
    if (!part.querySelector("[data-live]")) return null;
    renewPage(part);
    return secondsOf(part);
  },
});
document.addEventListener("visibilitychange", () => poller.visibilityChanged());
