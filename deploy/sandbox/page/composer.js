/** The input area for text, files, replies, edits and commands. */

import { Attachments } from "./attachments.js";
import { excerpt } from "./bubble.js";
import { client } from "./client.js";
import { CommandMenu } from "./commands.js";
import { find } from "./elements.js";
import { toast } from "./notices.js";
import { say } from "./words.js";

const MESSAGE_CHARACTERS = 4096;
const ALBUM_FILES = 10;

/** Splits a long text at a line break or space into several messages, as Telegram's apps do. */
export function splitText(text) {
  const parts = [];
  let rest = text.trim();
  while (rest.length > MESSAGE_CHARACTERS) {
    const head = rest.slice(0, MESSAGE_CHARACTERS);
    const cut = Math.max(head.lastIndexOf("\n"), head.lastIndexOf(" "));
    parts.push(rest.slice(0, cut > 0 ? cut : MESSAGE_CHARACTERS));
    rest = rest.slice(parts.at(-1).length).trimStart();
  }
  return rest ? [...parts, rest] : parts;
}

function splitAlbums(files) {
  const count = Math.ceil(files.length / ALBUM_FILES);
  return Array.from({ length: count }, (_, n) => files.slice(n * ALBUM_FILES, (n + 1) * ALBUM_FILES));
}

export class Composer {
  #form = find("composer");
  #text = find("text");
  #chat = null;
  #replyTo = null;
  #edited = null;
  #drafts = new Map();
  #attachments = new Attachments(() => this.#refresh());
  #menu = new CommandMenu((command) => this.sendCommand(command));
  #conversation;

  constructor(conversation) {
    this.#conversation = conversation;
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send();
    });
    this.#text.addEventListener("input", () => this.#refresh());
    this.#text.addEventListener("keydown", (event) => this.#handleKey(event));
    find("reply-cancel").addEventListener("click", () => this.reply(null));
  }

  show(chat) {
    if (chat === this.#chat) return;
    this.reply(null);
    if (this.#chat) this.#drafts.set(this.#chat, this.#text.value);
    this.#chat = chat;
    this.#text.value = this.#drafts.get(chat) ?? "";
    this.#attachments.take();
    this.#menu.close();
    this.refresh();
  }

  /** Updates the commands, the START button and the labels. */
  refresh() {
    this.#menu.commands = this.#chat.commands;
    this.#form.hidden = this.#chat.needsStart;
    this.#refresh();
  }

  focus() {
    if (matchMedia("(hover: hover)").matches) this.#text.focus({ preventScroll: true });
  }

  reply(message, author = "") {
    if (this.#edited) this.#leaveEdit();
    this.#replyTo = message?.message_id ?? null;
    this.#refer(message, author);
  }

  /** Lets the person change the text of their own message. */
  edit(message) {
    this.reply(null);
    this.#edited = message.message_id;
    this.#drafts.set(this.#chat, this.#text.value);
    this.#text.value = message.text;
    this.#refer(message, say("edit"));
    this.#refresh();
  }

  #refer(message, title) {
    find("reply-bar").hidden = !message;
    find("reply-name").textContent = title;
    find("reply-text").textContent = message ? excerpt(message) : "";
    if (message) this.#text.focus();
  }

  #leaveEdit() {
    this.#edited = null;
    this.#text.value = this.#drafts.get(this.#chat) ?? "";
    this.#refresh();
  }

  async sendCommand(command) {
    if (this.#text.value.startsWith("/")) this.#text.value = "";
    this.#refresh();
    await this.#deliver(this.#chat, async () => client.sendText(this.#chat.bot, command));
  }

  #handleKey(event) {
    if (event.isComposing || this.#menu.handleKey(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#form.requestSubmit();
    } else if (event.key === "Escape") this.reply(null);
  }

  async #send() {
    const chat = this.#chat;
    const text = this.#text.value;
    const replyTo = this.#replyTo;
    const edited = this.#edited;
    const kindOf = this.#attachments.kindOf;
    const files = edited ? [] : this.#attachments.take();
    if (!text.trim() && !files.length) return;
    if (!edited) this.#text.value = "";
    this.#menu.close();
    this.reply(null);
    this.#refresh();
    if (edited) {
      await this.#deliver(chat, () => client.editText(chat.bot, edited, text));
      return;
    }
    const sent = files.length
      ? await this.#deliver(chat, () => this.#sendFiles(chat, files, kindOf, text.trim(), replyTo))
      : await this.#deliver(chat, () => this.#sendText(chat, text, replyTo));
    if (sent || this.#chat !== chat) return;
    // A failure does not lose what the person wrote.
    this.#text.value ||= text;
    if (files.length) this.#attachments.add(files);
    this.#refresh();
  }

  async #sendText(chat, text, replyTo) {
    for (const part of splitText(text)) await client.sendText(chat.bot, part, replyTo);
  }

  async #sendFiles(chat, files, kindOf, caption, replyTo) {
    const settle = this.#conversation.addPending(files);
    try {
      for (const [index, album] of splitAlbums(files).entries()) {
        await client.sendFiles(chat.bot, album, kindOf, index ? "" : caption, replyTo);
      }
    } finally {
      settle();
    }
  }

  async #deliver(chat, action) {
    this.#conversation.scrollDown();
    try {
      await action();
      return true;
    } catch (error) {
      toast(say("notSent", { bot: chat.bot, reason: error.message }));
      return false;
    }
  }

  #refresh() {
    this.#text.style.height = "auto";
    this.#text.style.height = `${this.#text.scrollHeight}px`;
    const isEmpty = !this.#text.value.trim() && this.#attachments.isEmpty;
    find("send").disabled = isEmpty;
    this.#text.placeholder = say(this.#attachments.isEmpty ? "message" : "caption");
  }
}
