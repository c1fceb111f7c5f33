/** Connects the parts of the page; no part knows another one. */

import { addressOf, ChatList } from "./chats.js";
import { client } from "./client.js";
import { Composer } from "./composer.js";
import { Conversation } from "./conversation.js";
import { find, gather, make, paintAvatar } from "./elements.js";
import { follow } from "./feed.js";
import { Inbox } from "./inbox.js";
import { Keyboards } from "./keyboards.js";
import { parseBotLink } from "./links.js";
import { copy, showOnline, toast } from "./notices.js";
import { applyTheme, person, toggleTheme } from "./person.js";
import { applyWords, say } from "./words.js";

const PAGE_NAME = "TG_BOT_RAG";
const BOT_FATHER = "BotFather";
const MASTER = "master_bot";
const RELOAD_MILLISECONDS = 150;

const inbox = new Inbox();
const keyboards = new Keyboards();
const conversation = new Conversation(() => markSeen());
const composer = new Composer(conversation);
const chatList = new ChatList(inbox, (bot) => openChat(bot));
let current = null;

// --- What is shown ---------------------------------------------------------------------------

function refreshHeader() {
  find("chat-name").textContent = current.name;
  paintAvatar(find("chat-avatar"), current.name, current.bot);
  find("stream").dataset.note = current.description || say("noMessages");
  const status = current.isBlocked ? "blocked" : current.isTyping ? "typing" : "bot";
  find("chat-status").textContent = say(status);
  find("chat-status").classList.toggle("typing", status === "typing");
  const block = find("block");
  block.hidden = current.bot === BOT_FATHER || !current.last;
  block.dataset.label = current.isBlocked ? "unblock" : "block";
  block.title = say(block.dataset.label);
  block.setAttribute("aria-label", block.title);
  block.setAttribute("aria-pressed", String(current.isBlocked));
  find("start").hidden = !current.needsStart;
  find("start").textContent = say(current.isBlocked ? "restart" : "start");
}

function refreshTitle() {
  const unread = inbox.chats.reduce((sum, chat) => sum + inbox.countUnread(chat), 0);
  document.title = `${unread ? `(${unread}) ` : ""}${current ? `${current.name} · ` : ""}${PAGE_NAME}`;
}

function refreshAround() {
  chatList.refresh(current);
  refreshTitle();
  refreshNewcomer();
  if (!current) return;
  refreshHeader();
  composer.refresh();
}

function refreshGuide() {
  const line = (word) => {
    const parts = say(word).split(/\{(\w+)\}/);
    const nodes = parts.map((part, n) => (n % 2 ? make("a", { href: addressOf(part) }, nameOf(part)) : part));
    return make("li", {}, ...nodes);
  };
  find("guide-steps").replaceChildren(...["guideBotFather", "guideMaster", "guideKey"].map(line));
  find("guide-key").textContent = person.openaiKey;
  find("openai-key").textContent = person.openaiKey;
  find("person-id").textContent = person.id;
  find("person-name").value = person.name;
  paintAvatar(find("person-avatar"), person.name, person.id);
  find("another-person").href = person.anotherAddress;
  find("language").textContent = person.language === "ru" ? "EN" : "RU";
}

/** Whether to show the guide: on a phone, only to people without a bot of their own. */
function refreshNewcomer() {
  const own = inbox.chats.filter(({ bot }) => ![BOT_FATHER, MASTER].includes(bot));
  document.body.dataset.newcomer = own.length === 0;
}

function nameOf(bot) {
  return bot === BOT_FATHER ? bot : `@${bot}`;
}

function markSeen() {
  if (!current || document.hidden || !conversation.isAtBottom) return;
  if (!inbox.countUnread(current)) return;
  inbox.markRead(current);
  refreshAround();
}

// --- Which chat is open: the address says it, so that Back works -------------------------------

function openChat(bot, payload = null) {
  if (payload !== null) inbox.open(bot).startPayload = payload;
  if (location.hash === addressOf(bot)) followAddress();
  else location.hash = addressOf(bot);
}

function followAddress() {
  const bot = /^#@(\w+)$/.exec(location.hash)?.[1];
  current = bot ? inbox.open(bot) : null;
  document.body.dataset.view = current ? "chat" : "list";
  find("guide").hidden = Boolean(current);
  find("chat").hidden = !current;
  if (current) {
    find("chat").dataset.bot = current.bot;
    composer.show(current);
    conversation.show(current);
    markSeen();
    reloadChats();
  }
  refreshAround();
  if (current) composer.focus();
}

// --- What comes in ---------------------------------------------------------------------------

const reloadChats = gather(async () => {
  try {
    inbox.receiveChats((await client.chats()).chats);
    refreshAround();
  } catch (error) {
    // The feed reports the same outage; the next change triggers another request.
    console.warn("No list of chats", error);
  }
}, RELOAD_MILLISECONDS);

function receive(changes, isFirst) {
  const { touched, fresh } = inbox.receiveMessages(changes.messages);
  const draftBefore = current?.draft;
  inbox.receivePresent(changes.typing, changes.drafts);
  if (!isFirst) changes.answers.forEach((answer) => keyboards.settle(answer));
  if (isFirst || fresh.length) reloadChats();
  if (current && (isFirst || touched.has(current.bot) || current.draft !== draftBefore)) {
    conversation.refresh(fresh.filter(({ bot }) => bot === current.bot).length);
    markSeen();
  }
  refreshAround();
}

// --- What the person does ----------------------------------------------------------------------

async function start() {
  const chat = current;
  const text = chat.startPayload ? `/start ${chat.startPayload}` : "/start";
  try {
    if (chat.isBlocked) await client.block(chat.bot, false);
    chat.isBlocked = false;
    chat.startPayload = null;
    await client.sendText(chat.bot, text);
  } catch (error) {
    toast(say("notSent", { bot: chat.bot, reason: error.message }));
  }
  refreshAround();
  composer.focus();
}

async function toggleBlock() {
  const chat = current;
  const blocked = !chat.isBlocked;
  try {
    await client.block(chat.bot, blocked);
    chat.isBlocked = blocked;
  } catch (error) {
    toast(error.message);
  }
  refreshAround();
}

function switchLanguage() {
  person.language = person.language === "ru" ? "en" : "ru";
  applyWords();
  refreshGuide();
  if (current) conversation.show(current);
  reloadChats();
  refreshAround();
}

function handleClick(event) {
  const pressed = (selector) => event.target.closest(selector);
  const link = pressed("a[href]") && parseBotLink(pressed("a[href]").href);
  if (link) {
    event.preventDefault();
    openChat(link.bot, link.payload);
  } else if (pressed(".text [data-command]")) {
    composer.sendCommand(pressed("[data-command]").dataset.command);
  } else if (pressed("[data-callback]")) {
    keyboards.press(current, pressed("[data-callback]"));
  } else if (pressed("[data-reply]")) {
    const message = current.messages.get(Number(pressed("[data-reply]").dataset.reply));
    composer.reply(message, message.from === "user" ? say("you") : current.name);
  } else if (pressed("[data-edit]")) {
    composer.edit(current.messages.get(Number(pressed("[data-edit]").dataset.edit)));
  } else if (pressed("[data-copy-text]")) {
    copy(pressed("[data-copy-text]").dataset.copyText);
  } else if (pressed(".spoiler")) {
    pressed(".spoiler").classList.add("shown");
  } else if (pressed("[data-copies]")) {
    copy(find(pressed("[data-copies]").dataset.copies).textContent);
  } else if (pressed("[data-copyable]") && getSelection().isCollapsed) {
    copy(pressed("[data-copyable]").textContent);
  }
}

function listen() {
  addEventListener("hashchange", followAddress);
  document.addEventListener("click", handleClick);
  document.addEventListener("visibilitychange", markSeen);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && event.target.matches(".text [role=button]")) event.target.click();
  });
  find("back").addEventListener("click", () => {
    location.hash = "";
  });
  find("start").addEventListener("click", start);
  find("block").addEventListener("click", toggleBlock);
  find("language").addEventListener("click", switchLanguage);
  find("theme").addEventListener("click", toggleTheme);
  find("person-name").addEventListener("change", (event) => {
    person.name = event.target.value;
    refreshGuide();
  });
}

applyTheme();
applyWords();
refreshGuide();
listen();
inbox.open(MASTER);
inbox.open(BOT_FATHER);
followAddress();
follow({
  onChanges: receive,
  onOnline: showOnline,
  onReset: () => inbox.forgetMessages(),
});
