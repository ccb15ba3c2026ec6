/* The bell in the header: the number of unread notices, and a panel with the last ones. */

import { byData, copyTemplate, targetOf } from "../../portal/dom.js";
import { createJsonClient, csrfFrom } from "../../portal/http.js";

/**
 * @typedef {{id: string, title: string, text: string, path: string, time: string, isRead: boolean}} Notice
 * @typedef {{unread: number, notices: Notice[]}} Latest
 */

const MOST = 99;

class Bell {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    this.url = root.dataset.url ?? "";
    this.readUrl = root.dataset.readUrl ?? "";
    this.button = byData(root, "bell-button");
    this.panel = byData(root, "bell-panel");
    this.heading = byData(root, "bell-heading");
    this.list = byData(root, "bell-list");
    this.readAll = byData(root, "bell-read-all");
    this.client = createJsonClient({
      ...csrfFrom(root, location.href),
      // A notice is marked while its link already leads to another page.
      fetch: (input, init) => fetch(input, { ...init, keepalive: true }),
    });
    this.button.addEventListener("click", () => (this.panel.hidden ? this.open() : this.close()));
    this.readAll.addEventListener("click", () => this.markRead());
    root.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || this.panel.hidden) return;
      event.stopPropagation();
      this.close();
      this.button.focus();
    });
    document.addEventListener("click", (event) => {
      // A row that was replaced by this click has no place in the page any more.
      if (targetOf(event).isConnected && !root.contains(targetOf(event))) this.close();
    });
  }

  open() {
    this.panel.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    this.heading.focus();
    this.load();
  }

  close() {
    this.panel.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
  }

  load() {
    return this.#show(this.client.get(this.url));
  }

  /** Mark notices as read, or all of them. @param {string[]} [ids] */
  async markRead(ids) {
    await this.#show(this.client.post(this.readUrl, ids ? { ids } : {}));
    // The button that was pressed is gone.
    if (!this.panel.hidden) this.heading.focus();
  }

  /** @param {Promise<Latest>} answer */
  async #show(answer) {
    try {
      const { unread, notices } = await answer;
      byData(this.root, "bell-failed").hidden = true;
      this.#showCount(unread);
      this.list.replaceChildren(...notices.map((notice) => this.#row(notice)));
      byData(this.root, "bell-empty").hidden = notices.length > 0;
    } catch {
      byData(this.root, "bell-failed").hidden = false;
    }
  }

  /** @param {number} unread */
  #showCount(unread) {
    const count = byData(this.root, "bell-count");
    const status = byData(this.root, "bell-status");
    count.textContent = unread > MOST ? `${MOST}+` : `${unread}`;
    count.hidden = unread === 0;
    this.readAll.hidden = unread === 0;
    status.textContent = unread ? `(${status.dataset.label}: ${unread})` : "";
  }

  /** @param {Notice} notice */
  #row(notice) {
    const row = copyTemplate(byData(this.root, "bell-row"));
    const title = byData(row, "title");
    if (notice.path.startsWith("/")) {
      const link = document.createElement("a");
      link.href = notice.path;
      link.textContent = notice.title;
      link.addEventListener("click", () => notice.isRead || this.markRead([notice.id]));
      title.append(link);
    } else title.textContent = notice.title;
    byData(row, "text").textContent = notice.text;
    byData(row, "text").hidden = !notice.text;
    byData(row, "time").textContent = notice.time;
    row.classList.toggle("bell-unread", !notice.isRead);
    const button = byData(row, "read");
    button.hidden = notice.isRead;
    button.addEventListener("click", () => this.markRead([notice.id]));
    return row;
  }
}

/** @type {HTMLElement | null} */
const root = document.querySelector("[data-bell]");
if (root) new Bell(root).load();
