/** The person's chats and messages, as reported by the sandbox; independent of the document. */

import { person } from "./person.js";

class Chat {
  constructor(bot, name = bot) {
    this.bot = bot;
    this.name = name;
    this.commands = [];
    this.description = "";
    this.isBlocked = false;
    this.isTyping = false;
    this.draft = null;
    this.startPayload = null;
    this.messages = new Map();
  }

  /** The messages that are not deleted, oldest first. */
  get visible() {
    return [...this.messages.values()]
      .filter((message) => !message.deleted)
      .sort((one, other) => one.message_id - other.message_id);
  }

  get last() {
    return this.visible.at(-1) ?? null;
  }

  get needsStart() {
    return this.isBlocked || this.startPayload !== null || !this.last;
  }
}

export class Inbox {
  #chats = new Map();

  /** Returns the chat with `bot`, created if missing. Usernames are case-insensitive. */
  open(bot) {
    const key = bot.toLowerCase();
    if (!this.#chats.has(key)) this.#chats.set(key, new Chat(bot));
    return this.#chats.get(key);
  }

  forgetMessages() {
    for (const chat of this.#chats.values()) chat.messages.clear();
  }

  /** The chats, latest first; then those without messages, in the sandbox's order. */
  get chats() {
    const date = (chat) => chat.last?.date ?? 0;
    return [...this.#chats.values()].sort((one, other) => date(other) - date(one));
  }

  receiveChats(chats) {
    for (const { bot, name, description, commands, blocked } of chats) {
      const told = { bot, name, description: description ?? "", commands, isBlocked: blocked };
      Object.assign(this.open(bot), told);
    }
  }

  /** Returns the bots whose chats have changed, and the new messages. */
  receiveMessages(messages) {
    const touched = new Set();
    const fresh = [];
    for (const message of messages) {
      const chat = this.open(message.bot);
      if (!chat.messages.has(message.message_id) && !message.deleted) fresh.push(message);
      chat.messages.set(message.message_id, message);
      touched.add(chat.bot);
    }
    return { touched, fresh };
  }

  /** The bots that are typing now, and their drafts. */
  receivePresent(typing, drafts) {
    for (const chat of this.#chats.values()) {
      chat.isTyping = typing.includes(chat.bot);
      chat.draft = drafts.find(({ bot }) => bot === chat.bot) ?? null;
    }
  }

  countUnread(chat) {
    const read = person.read[chat.bot] ?? 0;
    return chat.visible.filter(({ from, message_id: id }) => from === "bot" && id > read).length;
  }

  markRead(chat) {
    if (chat.last) person.read = { ...person.read, [chat.bot]: chat.last.message_id };
  }
}
