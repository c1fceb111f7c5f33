/** One message: created once, then updated in place as its edits arrive. */

import { makeContent, nameContent } from "./contents.js";
import { icon, make } from "./elements.js";
import { enliven } from "./links.js";
import { say, sayTime } from "./words.js";

const EXCERPT_CHARACTERS = 120;

/** Returns one line that summarizes a message. */
export function excerpt(message) {
  const text = message.text || nameContent(message.content);
  return text.slice(0, EXCERPT_CHARACTERS).replace(/\s+/g, " ");
}

function makeKey({ text, data, url, copy }) {
  if (url) {
    return make("a", { class: "key", href: url, target: "_blank", rel: "noopener noreferrer" }, text, icon("link"));
  }
  if (copy) return make("button", { type: "button", class: "key", "data-copy-text": copy }, text, icon("copy"));
  return make("button", { type: "button", class: "key", "data-callback": data }, text);
}

export function makeText(html) {
  const text = make("div", { class: "text", dir: "auto" });
  text.innerHTML = html; // the sandbox's own rendering: escaped, a few tags, checked addresses
  enliven(text);
  return text;
}

function makeKeyboard(rows) {
  const keys = rows.map((row) => make("div", { class: "keys" }, ...row.map(makeKey)));
  return make("div", { class: "keyboard", role: "group" }, ...keys);
}

export class Bubble {
  #parts = { origin: null, reference: null, content: null, text: null, keyboard: null, reaction: null };
  #shown = {};
  #content;
  #meta;

  constructor(message) {
    this.#meta = make("span", { class: "meta" });
    this.#content = make("div", { class: "bubble" }, this.#meta);
    this.element = make(
      "li",
      {
        class: `message from-${message.from}`,
        id: `message-${message.message_id}`,
        "data-message-id": message.message_id,
        "data-from": message.from,
      },
      this.#content,
      make(
        "button",
        { type: "button", class: "reply tool", "data-reply": message.message_id, "aria-label": say("reply"), title: say("reply") },
        icon("reply"),
      ),
      message.from === "user"
        ? make(
            "button",
            { type: "button", class: "edit tool", "data-edit": message.message_id, "aria-label": say("edit"), title: say("edit") },
            icon("edit"),
          )
        : null,
    );
  }

  /** `original`: the message replied to, if known. `joins`: whether this continues the one above. */
  update(message, { original, author, joins }) {
    this.element.classList.toggle("joins", joins);
    this.element.dataset.edited = message.edited;
    this.#place("reference", this.#quote(message, original), () => this.#makeReference(message, original, author));
    this.#place("origin", message.forwarded_from, (name) =>
      make("div", { class: "origin" }, `${say("forwarded")} `, make("b", {}, name)));
    this.#place("content", message.content, makeContent);
    this.#place("text", message.html, makeText);
    this.#place("keyboard", message.keyboard, makeKeyboard);
    this.#place("reaction", message.reaction, (reaction) => make("span", { class: "reaction" }, reaction));
    this.#meta.replaceChildren(
      message.edited ? make("span", { class: "edited" }, say("edited")) : "",
      make("time", { datetime: new Date(message.date * 1000).toISOString() }, sayTime(message.date)),
      message.from === "user" ? icon("check") : "",
    );
  }

  /** Replaces a part only if it differs, so that focus and selection elsewhere are kept. */
  #place(part, value, build) {
    const key = JSON.stringify(value ?? null);
    if (this.#shown[part] === key) return;
    this.#shown[part] = key;
    const focused = [...(this.#parts[part]?.querySelectorAll("a, button") ?? [])].indexOf(document.activeElement);
    this.#parts[part]?.remove();
    const isEmpty = !value || Object.keys(value).length === 0; // also of a text
    this.#parts[part] = isEmpty ? null : build(value);
    if (isEmpty) return;
    if (part === "keyboard") this.#content.after(this.#parts.keyboard);
    else this.#content.insertBefore(this.#parts[part], this.#follower(part));
    if (focused >= 0) this.#parts[part].querySelectorAll("a, button")[focused]?.focus();
  }

  #follower(part) {
    const order = ["origin", "reference", "content", "text"];
    const after = part === "reaction" ? [] : order.slice(order.indexOf(part) + 1);
    return after.map((name) => this.#parts[name]).find(Boolean) ?? this.#meta;
  }

  #quote(message, original) {
    if (!message.reply_to_message_id) return null;
    return message.quote || (original ? excerpt(original) : "…");
  }

  #makeReference(message, original, author) {
    return make(
      "button",
      { type: "button", class: "reference", "data-goes-to": message.reply_to_message_id },
      make("b", {}, original ? author(original) : say("message")),
      make("span", {}, this.#quote(message, original)),
    );
  }

}
