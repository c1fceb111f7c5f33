/** The list of chats, and the search above it. */

import { excerpt } from "./bubble.js";
import { find, make, paintAvatar } from "./elements.js";
import { say, sayMoment } from "./words.js";

export const addressOf = (bot) => `#@${bot}`;

export class ChatList {
  #list = find("chats");
  #search = find("search");
  #inbox;

  constructor(inbox, onOpen) {
    this.#inbox = inbox;
    this.#search.addEventListener("input", () => this.refresh(this.current));
    find("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      const bot = this.#matching()[0]?.bot ?? this.#asked();
      if (bot) onOpen(bot);
      this.#search.value = "";
      this.refresh(this.current);
    });
  }

  refresh(current) {
    this.current = current;
    const focused = document.activeElement?.closest?.("#chats li")?.dataset.bot;
    this.#list.replaceChildren(...this.#matching().map((chat) => this.#makeRow(chat)));
    if (focused) this.#list.querySelector(`[data-bot="${focused}"] a`)?.focus();
  }

  #asked() {
    return /^@?([A-Za-z]\w{3,31})$/.exec(this.#search.value.trim())?.[1];
  }

  #matching() {
    const wanted = this.#search.value.trim().replace(/^@/, "").toLowerCase();
    return this.#inbox.chats.filter(({ bot, name }) => `${bot} ${name}`.toLowerCase().includes(wanted));
  }

  #makeRow(chat) {
    const unread = this.#inbox.countUnread(chat);
    const last = chat.last;
    return make(
      "li",
      { "data-bot": chat.bot },
      make(
        "a",
        { href: addressOf(chat.bot), "aria-current": chat === this.current && "true" },
        paintAvatar(make("span", { class: "avatar", "aria-hidden": "true" }), chat.name, chat.bot),
        make("span", { class: "name" }, chat.name),
        make("time", {}, last ? sayMoment(last.date) : ""),
        this.#makePreview(chat, last),
        unread ? make("span", { class: "unread", "aria-label": say("unread", { unread }) }, String(unread)) : null,
      ),
    );
  }

  #makePreview(chat, last) {
    if (chat.isTyping) return make("span", { class: "preview typing" }, say("typing"));
    if (!last) return make("span", { class: "preview" }, chat.description || `@${chat.bot}`);
    const who = last.from === "user" ? make("span", { class: "who" }, `${say("you")}: `) : "";
    return make("span", { class: "preview" }, who, excerpt(last));
  }
}
