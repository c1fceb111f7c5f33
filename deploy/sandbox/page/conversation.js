/** The messages of the open chat: their order, day separators, scrolling and removal. */

import { Bubble, makeText } from "./bubble.js";
import { makeDocument } from "./contents.js";
import { find, make } from "./elements.js";
import { say, sayDay } from "./words.js";

const NEAR_BOTTOM_PIXELS = 60;
const JOIN_SECONDS = 300;
const LEAVING_MILLISECONDS = 220;

const onSameDay = (one, other) =>
  new Date(one.date * 1000).toDateString() === new Date(other.date * 1000).toDateString();

export class Conversation {
  #log = find("messages");
  #stream = find("stream");
  #chat = null;
  #bubbles = new Map();
  #days = new Map();
  #pending = [];
  #draft = make("li", { class: "message from-bot draft" });
  #isAtBottom = true;
  #missed = 0;

  /** `onSeen` is called when the latest message comes into view. */
  constructor(onSeen) {
    this.onSeen = onSeen;
    this.#log.addEventListener("scroll", () => this.#notePosition(), { passive: true });
    const sizes = new ResizeObserver(() => this.#isAtBottom && this.#jumpDown());
    sizes.observe(this.#log);
    sizes.observe(this.#stream);
    find("to-bottom").addEventListener("click", () => this.scrollDown("smooth"));
    this.#stream.addEventListener("click", (event) => {
      const id = event.target.closest("[data-goes-to]")?.dataset.goesTo;
      if (id) this.#pointAt(Number(id));
    });
  }

  get isAtBottom() {
    return this.#isAtBottom;
  }

  show(chat) {
    this.#chat = chat;
    this.#bubbles.clear();
    this.#days.clear();
    this.#pending = [];
    this.#stream.replaceChildren();
    this.#log.setAttribute("aria-live", "off"); // not the whole history, only what comes
    this.refresh();
    this.scrollDown();
    requestAnimationFrame(() => this.#log.setAttribute("aria-live", "polite"));
  }

  /** `fresh` is the number of new messages since the last call. */
  refresh(fresh = 0) {
    const wanted = this.#arrange();
    const kept = new Set(wanted);
    const leaves = (child) => !kept.has(child) && !child.dataset.leaving;
    [...this.#stream.children].filter(leaves).forEach((child) => this.#dismiss(child));
    let place = this.#stream.firstElementChild;
    for (const element of wanted) {
      while (place?.dataset.leaving) place = place.nextElementSibling;
      if (place === element) place = place.nextElementSibling;
      else this.#stream.insertBefore(element, place);
    }
    this.#stream.classList.toggle("empty", wanted.length === 0);
    if (this.#isAtBottom) this.#jumpDown();
    else this.#count(this.#missed + fresh);
  }

  scrollDown(behavior = "instant") {
    this.#isAtBottom = true;
    this.#log.scrollTo({ top: this.#log.scrollHeight, behavior });
    this.#count(0);
  }

  /** Shows files that are being uploaded; call the returned function to remove them. */
  addPending(files) {
    const shown = files.map((file) =>
      make(
        "li",
        { class: "message from-user pending", "aria-label": say("sending") },
        make("div", { class: "bubble" }, makeDocument({ file_name: file.name, file_size: file.size })),
      ),
    );
    this.#pending.push(...shown);
    this.refresh();
    this.scrollDown();
    return () => {
      this.#pending = this.#pending.filter((element) => !shown.includes(element));
      shown.forEach((element) => element.remove());
    };
  }

  #arrange() {
    const wanted = [];
    let previous = null;
    for (const message of this.#chat.visible) {
      const isNewDay = !previous || !onSameDay(previous, message);
      if (isNewDay) wanted.push(this.#day(message));
      const joins =
        !isNewDay &&
        !previous.keyboard &&
        previous.from === message.from &&
        message.date - previous.date < JOIN_SECONDS;
      wanted.push(this.#bubble(message, joins));
      previous = message;
    }
    if (this.#chat.draft) wanted.push(this.#showDraft(this.#chat.draft));
    return [...wanted, ...this.#pending];
  }

  #showDraft({ html }) {
    this.#draft.replaceChildren(make("div", { class: "bubble" }, makeText(html)));
    return this.#draft;
  }

  #bubble(message, joins) {
    const id = message.message_id;
    if (!this.#bubbles.has(id)) this.#bubbles.set(id, new Bubble(message));
    const bubble = this.#bubbles.get(id);
    bubble.update(message, {
      original: this.#chat.messages.get(message.reply_to_message_id),
      author: ({ from }) => (from === "user" ? say("you") : this.#chat.name),
      joins,
    });
    return bubble.element;
  }

  #day(message) {
    const day = sayDay(message.date);
    if (!this.#days.has(day)) this.#days.set(day, make("li", { class: "day" }, make("span", {}, day)));
    return this.#days.get(day);
  }

  #dismiss(element) {
    this.#bubbles.delete(Number(element.dataset.messageId));
    if (element === this.#draft || matchMedia("(prefers-reduced-motion: reduce)").matches) {
      element.remove();
      return;
    }
    element.dataset.leaving = "true";
    element.inert = true;
    const height = `${element.offsetHeight}px`;
    const frames = [
      { height, opacity: 1, transform: "none" },
      { height: 0, opacity: 0, marginTop: 0, transform: "scale(0.92)" },
    ];
    const leaving = element.animate(frames, { duration: LEAVING_MILLISECONDS, easing: "ease-out" });
    leaving.finished.finally(() => element.remove());
  }

  #notePosition() {
    const below = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight;
    this.#isAtBottom = below < NEAR_BOTTOM_PIXELS;
    find("to-bottom").hidden = this.#isAtBottom;
    if (this.#isAtBottom) {
      this.#count(0);
      this.onSeen();
    }
  }

  #jumpDown() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }

  #count(missed) {
    this.#missed = missed;
    find("missed").textContent = missed;
    find("missed").hidden = missed === 0;
  }

  #pointAt(messageId) {
    const element = this.#bubbles.get(messageId)?.element;
    if (!element) return;
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    element.classList.add("pointed");
    element.addEventListener("animationend", () => element.classList.remove("pointed"), { once: true });
  }
}
