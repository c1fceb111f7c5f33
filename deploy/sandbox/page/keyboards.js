/** Taps on inline keyboards: a button is busy until its bot has answered. */

import { client } from "./client.js";
import { alertPerson, toast } from "./notices.js";
import { say } from "./words.js";

const LONGEST_WAIT_MILLISECONDS = 15_000;

export class Keyboards {
  #waiting = new Map();
  #answered = new Set();

  async press(chat, key) {
    if (key.ariaBusy === "true") return;
    const messageId = Number(key.closest("[data-message-id]").dataset.messageId);
    key.ariaBusy = "true";
    setTimeout(() => this.#release(key), LONGEST_WAIT_MILLISECONDS);
    try {
      const { callback_query_id: id } = await client.press(chat.bot, messageId, key.dataset.callback);
      // The bot's answer may arrive before the sandbox's response.
      if (this.#answered.delete(id)) this.#release(key);
      else this.#waiting.set(id, key);
    } catch (error) {
      this.#release(key);
      toast(say("notSent", { bot: chat.bot, reason: error.message }));
    }
  }

  settle({ callback_query_id: id, text, show_alert: isAlert }) {
    if (this.#waiting.has(id)) this.#release(this.#waiting.get(id));
    else this.#answered.add(id);
    this.#waiting.delete(id);
    if (text && isAlert) alertPerson(text);
    else if (text) toast(text);
  }

  #release(key) {
    key.ariaBusy = null;
  }
}
