/** The page's own texts; those of bots come from the bots. */

import { person } from "./person.js";

const WORDS = {
  en: {
    banner: "Sandbox: Telegram and OpenAI are stand-ins here, and answers are quoted from your documents.",
    bannerShort: "Sandbox: stand-ins answer by quoting your documents.",
    offline: "The sandbox is not responding. Retrying…",
    chats: "Chats",
    language: "По-русски",
    theme: "Light or dark",
    search: "Search or @username",
    keyCaption: "OpenAI key for this sandbox",
    copyKey: "Copy the key",
    copy: "Copy",
    copied: "Copied",
    notCopied: "Could not copy. Please select the text and copy it yourself.",
    copyHint: "Press to copy",
    yourName: "Your name",
    anotherPerson: "Be someone else",
    anotherPersonHint: "Open this page as another person",
    guideTitle: "Your own document assistant in three steps",
    guideBotFather: "Open {BotFather} and send /newbot. Choose a name and a username, and you get a token.",
    guideMaster: "Open {master_bot}, press START and send it the token.",
    guideKey: "When it asks for an OpenAI key, send this one:",
    guideEnd: "Then open your bot, send it a file and ask about it.",
    back: "Back to the chats",
    block: "Block this bot",
    unblock: "Unblock this bot",
    blocked: "blocked",
    bot: "bot",
    typing: "typing",
    messages: "Messages",
    toBottom: "Jump to the latest",
    dropHere: "Drop files here to send them",
    start: "Start",
    restart: "Unblock and restart",
    unread: "Unread: {unread}",
    noMessages: "No messages here yet",
    menu: "Menu",
    commands: "Commands",
    message: "Message",
    caption: "Add a caption…",
    attach: "Attach files",
    attachments: "Files to send",
    removeFile: "Remove {name}",
    send: "Send",
    sending: "sending…",
    reply: "Reply",
    edit: "Edit",
    cancelReply: "Cancel",
    you: "You",
    edited: "edited",
    file: "File",
    document: "File",
    photo: "Photo",
    video: "Video",
    animation: "GIF",
    video_note: "Video message",
    audio: "Music",
    voice: "Voice message",
    sticker: "Sticker",
    contact: "Contact",
    venue: "Place",
    location: "Location",
    poll: "Poll",
    dice: "Dice",
    forwarded: "Forwarded from",
    asMedia: "Send as photo, video or voice message, not as a file",
    download: "Download {name}",
    notSent: "Not sent to @{bot}: {reason}",
    ok: "OK",
    today: "Today",
    yesterday: "Yesterday",
    bytes: ["B", "KB", "MB", "GB"],
  },
  ru: {
    banner: "Песочница: Telegram и OpenAI здесь ненастоящие, а ответы — цитаты из ваших документов.",
    bannerShort: "Песочница: вместо ИИ отвечают цитаты из документов.",
    offline: "Песочница не отвечает. Пробуем ещё раз…",
    chats: "Чаты",
    language: "In English",
    theme: "Светлая или тёмная",
    search: "Поиск или @имя",
    keyCaption: "Ключ OpenAI для песочницы",
    copyKey: "Скопировать ключ",
    copy: "Копировать",
    copied: "Скопировано",
    notCopied: "Скопировать не удалось. Выделите текст и скопируйте его сами.",
    copyHint: "Нажмите, чтобы скопировать",
    yourName: "Ваше имя",
    anotherPerson: "Другой человек",
    anotherPersonHint: "Открыть страницу от имени другого человека",
    guideTitle: "Свой помощник по документам за три шага",
    guideBotFather: "Откройте {BotFather} и отправьте /newbot. Выберите название и имя — вы получите токен.",
    guideMaster: "Откройте {master_bot}, нажмите «Старт» и отправьте токен.",
    guideKey: "Когда бот попросит ключ OpenAI, отправьте этот:",
    guideEnd: "Потом откройте своего бота, отправьте ему файл и спросите о нём.",
    back: "Назад к чатам",
    block: "Заблокировать бота",
    unblock: "Разблокировать бота",
    blocked: "заблокирован",
    bot: "бот",
    typing: "печатает",
    messages: "Сообщения",
    toBottom: "Вниз, к последним",
    dropHere: "Перетащите файлы сюда, чтобы отправить",
    start: "Старт",
    restart: "Разблокировать и начать заново",
    unread: "Непрочитанных: {unread}",
    noMessages: "Сообщений пока нет",
    menu: "Меню",
    commands: "Команды",
    message: "Сообщение",
    caption: "Добавить подпись…",
    attach: "Прикрепить файлы",
    attachments: "Файлы к отправке",
    removeFile: "Убрать {name}",
    send: "Отправить",
    sending: "отправляется…",
    reply: "Ответить",
    edit: "Изменить",
    cancelReply: "Отменить",
    you: "Вы",
    edited: "изменено",
    file: "Файл",
    document: "Файл",
    photo: "Фото",
    video: "Видео",
    animation: "GIF",
    video_note: "Видеосообщение",
    audio: "Музыка",
    voice: "Голосовое сообщение",
    sticker: "Стикер",
    contact: "Контакт",
    venue: "Место",
    location: "Геопозиция",
    poll: "Опрос",
    dice: "Кубик",
    forwarded: "Переслано от",
    asMedia: "Отправить как фото, видео или голосовое, а не файлом",
    download: "Скачать {name}",
    notSent: "Не отправлено @{bot}: {reason}",
    ok: "Хорошо",
    today: "Сегодня",
    yesterday: "Вчера",
    bytes: ["Б", "КБ", "МБ", "ГБ"],
  },
};

/** Returns a text in the person's language, with its `{names}` replaced. */
export function say(word, values = {}) {
  const text = WORDS[person.language][word];
  return Object.entries(values).reduce(
    (whole, [name, value]) => whole.replaceAll(`{${name}}`, () => value),
    text,
  );
}

/** Sets the texts of all elements with data-word, data-label or data-placeholder. */
export function applyWords(root = document) {
  document.documentElement.lang = person.language;
  for (const element of root.querySelectorAll("[data-word]")) {
    element.textContent = say(element.dataset.word);
  }
  for (const element of root.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", say(element.dataset.label));
    if (element.matches("button, a")) element.title = say(element.dataset.label);
  }
  for (const element of root.querySelectorAll("[data-placeholder]")) {
    element.placeholder = say(element.dataset.placeholder);
  }
}

const asDate = (seconds) => new Date(seconds * 1000);

export function sayTime(seconds) {
  return asDate(seconds).toLocaleTimeString(person.language, { hour: "2-digit", minute: "2-digit", hour12: false });
}

export function sayDay(seconds) {
  const date = asDate(seconds);
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (date.toDateString() === now.toDateString()) return say("today");
  if (date.toDateString() === yesterday.toDateString()) return say("yesterday");
  const year = date.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return date.toLocaleDateString(person.language, { day: "numeric", month: "long", year });
}

/** For the chat list: the time of a message from today, the date of an older one. */
export function sayMoment(seconds) {
  const date = asDate(seconds);
  if (date.toDateString() === new Date().toDateString()) return sayTime(seconds);
  return date.toLocaleDateString(person.language, { day: "numeric", month: "short" });
}

export function saySize(bytes) {
  const units = say("bytes");
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), units.length - 1);
  const amount = bytes / 1024 ** power;
  const digits = power && amount < 100 ? 1 : 0;
  return `${amount.toLocaleString(person.language, { maximumFractionDigits: digits })} ${units[power]}`;
}
