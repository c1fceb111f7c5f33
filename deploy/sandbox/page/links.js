/** Handles clicks in the HTML of messages: links, /commands, copyable text, spoilers. */

import { say } from "./words.js";

/** Returns `{bot, payload}` for a link to a bot, otherwise null. */
export function parseBotLink(href) {
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  const payload = url.searchParams.get("start");
  if (url.protocol === "tg:" && `${url.host}${url.pathname}`.includes("resolve")) {
    const bot = url.searchParams.get("domain");
    return bot && { bot, payload };
  }
  if (!/^https?:$/.test(url.protocol) || !/^(www\.)?(t|telegram)\.me$/.test(url.host)) return null;
  const bot = /^\/([A-Za-z]\w{3,31})\/?$/.exec(url.pathname)?.[1];
  return bot ? { bot, payload } : null;
}

function makePressable(element) {
  element.tabIndex = 0;
  element.setAttribute("role", "button");
}

/** Removes the line break after a block, which already ends its line, as Telegram does. */
function dropBreakAfter(block) {
  const next = block.nextSibling;
  if (next?.nodeType === Node.TEXT_NODE) next.data = next.data.replace(/^\n/, "");
}

export function enliven(root) {
  root.querySelectorAll("pre, blockquote").forEach(dropBreakAfter);
  root.querySelectorAll("[data-command], .spoiler").forEach(makePressable);
  for (const code of root.querySelectorAll("pre, code:not(pre code, a code)")) {
    makePressable(code);
    code.title = say("copyHint");
    code.dataset.copyable = "";
  }
}
