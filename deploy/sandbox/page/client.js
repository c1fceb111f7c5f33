/** Calls of the sandbox's HTTP API. Failures reject with an Error whose message can be shown. */

import { person } from "./person.js";

async function ask(path, options = {}) {
  const response = await fetch(`client/${path}`, options);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `HTTP ${response.status}`);
  return answer;
}

function tell(path, body, method = "POST") {
  return ask(path, {
    method,
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ user_id: person.id, ...body }),
  });
}

function query(values) {
  return new URLSearchParams({ user_id: person.id, ...values });
}

export const client = {
  chats: () => ask(`chats?${query({ language_code: person.language })}`),

  changes: (since, wait, signal) => ask(`changes?${query({ since, wait })}`, { signal }),

  sendText: (bot, text, replyTo = null) =>
    tell("messages", {
      bot,
      text,
      language_code: person.language,
      first_name: person.name,
      ...(replyTo ? { reply_to_message_id: replyTo } : {}),
    }),

  editText: (bot, messageId, text) => tell("messages", { bot, message_id: messageId, text }, "PUT"),

  /** Sends one file as a message, several as an album. `kindOf` tells each file's kind. */
  sendFiles(bot, files, kindOf, caption = "", replyTo = null) {
    const form = new FormData();
    form.append("user_id", person.id);
    form.append("bot", bot);
    form.append("language_code", person.language);
    form.append("first_name", person.name);
    if (caption) form.append("caption", caption);
    if (replyTo) form.append("reply_to_message_id", replyTo);
    for (const file of files) form.append(kindOf(file), file, file.name);
    return ask("documents", { method: "POST", body: form });
  },

  press: (bot, messageId, data) => tell("callbacks", { bot, message_id: messageId, data }),

  block: (bot, blocked) => tell("blocks", { bot, blocked }),

  fileAddress: (fileId) => `client/files?${query({ file_id: fileId })}`,
};
