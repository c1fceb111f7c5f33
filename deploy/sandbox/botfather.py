"""BotFather: creates bots, and shows and revokes their tokens, in a conversation."""

import re
from collections.abc import Callable
from html import escape
from typing import Any

from deploy.sandbox.entities import read_text
from deploy.sandbox.methods.profile import DEFAULT_SCOPE, make_key
from deploy.sandbox.records import BOTFATHER_ID, Bot, Chat, Message, Person
from deploy.sandbox.world import World

_USERNAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]{1,28}bot", re.IGNORECASE)
_MAX_NAME = 64

_ENGLISH = {
    "help": (
        "I can help you create and manage Telegram bots.\n\n"
        "/newbot - create a new bot\n/mybots - list your bots\n"
        "/token - get a bot's token\n/revoke - revoke a bot's token\n"
        "/cancel - cancel the current operation"
    ),
    "ask_name": (
        "Alright, a new bot. How are we going to call it? Please choose a name for your bot."
    ),
    "bad_name": "A name has 1 to 64 characters. Please choose another one.",
    "ask_username": (
        "Good. Now let's choose a username for your bot. It must end in <code>bot</code>. "
        "Like this, for example: TetrisBot or tetris_bot."
    ),
    "invalid": (
        "Sorry, the username is invalid. It has 4 to 32 Latin letters, digits and underscores, "
        "begins with a letter and ends in <code>bot</code>."
    ),
    "taken": "Sorry, this username is already taken. Please try something different.",
    "done": (
        "Done! Congratulations on your new bot @{username}.\n\n"
        "Use this token to access the HTTP API:\n<code>{token}</code>\n\n"
        "Keep your token <b>secure</b>: it can be used by anyone to control your bot."
    ),
    "choose": "Choose a bot from the list below:",
    "none": "You have no bots yet. Send /newbot to create one.",
    "token": "Here is the token of @{username}:\n<code>{token}</code>",
    "revoked": (
        "The token of @{username} was revoked, it will not work any more. The new token is:\n"
        "<code>{token}</code>"
    ),
    "cancelled": "The command was cancelled. Anything else I can do for you?",
    "nothing": "No active command to cancel.",
    "show": "API token",
    "revoke": "Revoke the token",
    "unknown": "Unrecognized command. Say what?",
}
_RUSSIAN = {
    "help": (
        "Я помогаю создавать ботов и управлять ими.\n\n"
        "/newbot - создать нового бота\n/mybots - список ваших ботов\n"
        "/token - показать токен бота\n/revoke - отозвать токен бота\n"
        "/cancel - отменить текущее действие"
    ),
    "ask_name": "Хорошо, новый бот. Как мы его назовём? Придумайте имя для бота.",
    "bad_name": "В имени должно быть от 1 до 64 символов. Придумайте другое.",
    "ask_username": (
        "Отлично. Теперь выберите имя пользователя для бота. Оно должно заканчиваться на "
        "<code>bot</code>, например: TetrisBot или tetris_bot."
    ),
    "invalid": (
        "Такое имя пользователя не подходит. Нужно от 4 до 32 символов: латинские буквы, цифры "
        "и подчёркивания; первой должна быть буква, а в конце — <code>bot</code>."
    ),
    "taken": "Это имя пользователя уже занято. Попробуйте другое.",
    "done": (
        "Готово! Ваш новый бот — @{username}.\n\n"
        "Вот токен для доступа к HTTP API:\n<code>{token}</code>\n\n"
        "Никому его не показывайте: с токеном вашим ботом сможет управлять кто угодно."
    ),
    "choose": "Выберите бота из списка:",
    "none": "У вас пока нет ботов. Отправьте /newbot, чтобы создать первого.",
    "token": "Токен бота @{username}:\n<code>{token}</code>",
    "revoked": (
        "Токен бота @{username} отозван и больше не действует. Новый токен:\n<code>{token}</code>"
    ),
    "cancelled": "Действие отменено. Чем ещё помочь?",
    "nothing": "Отменять нечего.",
    "show": "Токен API",
    "revoke": "Отозвать токен",
    "unknown": "Не знаю такой команды. Список команд: /help",
}

Keyboard = list[list[dict[str, Any]]]


def refuse_username(world: World, username: str, texts: dict[str, str] = _ENGLISH) -> str | None:
    """Return why a bot cannot have this username, or None if it can."""
    if not _USERNAME.fullmatch(username):
        return texts["invalid"].replace("<code>", "").replace("</code>", "")
    return texts["taken"] if world.find_bot(username) is not None else None


def present(world: World) -> None:
    """Set BotFather's command menu and description, in both languages."""
    bot = world.bots[BOTFATHER_ID]
    for language, texts in (("", _ENGLISH), ("ru", _RUSSIAN)):
        lines = [line[1:].split(" - ", 1) for line in texts["help"].splitlines() if line[:1] == "/"]
        bot.commands[make_key(DEFAULT_SCOPE, language)] = [
            {"command": command, "description": description} for command, description in lines
        ]
        bot.texts[f"description/{language}"] = texts["help"].splitlines()[0]
    world.save(bot)


def answer_message(world: World, chat: Chat, text: str) -> None:
    """Answer a person's message to BotFather."""
    conversation = _Conversation(world, chat)
    command = text.split(maxsplit=1)[0].partition("@")[0].lower() if text.startswith("/") else ""
    if command:
        conversation.obey(command)
    else:
        conversation.go_on(text)


def answer_tap(world: World, chat: Chat, message: Message, data: str) -> None:
    """Answer a tap on one of BotFather's buttons by editing its message."""
    _Conversation(world, chat).choose(message, data)


class _Conversation:
    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self._chat = chat
        self._person: Person = world.people[chat.chat_id]
        russian = (self._person.language_code or "").startswith("ru")
        self._texts = _RUSSIAN if russian else _ENGLISH

    def obey(self, command: str) -> None:
        commands: dict[str, Callable[[], None]] = {
            "/start": lambda: self._say("help"),
            "/help": lambda: self._say("help"),
            "/newbot": self._ask_name,
            "/mybots": lambda: self._list("bot"),
            "/token": lambda: self._list("show"),
            "/revoke": lambda: self._list("revoke"),
            "/cancel": self._cancel,
        }
        commands.get(command, lambda: self._say("unknown"))()

    def go_on(self, text: str) -> None:
        """Handle text that is not a command: a name, then a username."""
        match self._person.botfather_step.get("step"):
            case "name" if 1 <= len(text) <= _MAX_NAME:
                self._step(step="username", name=text)
                self._say("ask_username")
            case "name":
                self._say("bad_name")
            case "username":
                self._create(text.removeprefix("@"))
            case _:
                self._say("help")

    def choose(self, message: Message, data: str) -> None:
        action, _, bot_id = data.partition(":")
        bot = self._world.bots.get(int(bot_id))
        if bot is None or bot.owner_id != self._person.user_id:
            return
        keyboard: Keyboard | None = None
        if action == "revoke":
            self._world.revoke_token(bot)
            text = self._format("revoked", bot)
        elif action == "show":
            text = self._format("token", bot)
        else:
            text = f"<b>{escape(bot.name)}</b> @{bot.username}"
            keyboard = [
                [_button(self._texts["show"], "show", bot)],
                [_button(self._texts["revoke"], "revoke", bot)],
            ]
        message.text, message.entities = read_text(text, "HTML", None)
        message.keyboard, message.edit_date = keyboard, message.date
        self._world.note_change(message)

    def _create(self, username: str) -> None:
        if not _USERNAME.fullmatch(username):
            self._say("invalid")
        elif self._world.find_bot(username) is not None:
            self._say("taken")
        else:
            name = self._person.botfather_step["name"]
            bot = self._world.create_bot(self._person.user_id, username, name)
            self._step()
            self._send(self._format("done", bot))

    def _ask_name(self) -> None:
        self._step(step="name")
        self._say("ask_name")

    def _cancel(self) -> None:
        self._say("cancelled" if self._person.botfather_step else "nothing")
        self._step()

    def _list(self, action: str) -> None:
        self._step()
        bots = self._world.list_bots(self._person.user_id)
        if bots:
            keyboard = [[_button(f"@{bot.username}", action, bot)] for bot in bots]
            self._send(self._texts["choose"], keyboard)
        else:
            self._say("none")

    def _step(self, **step: Any) -> None:
        self._person.botfather_step = step
        self._world.save(self._person)

    def _format(self, name: str, bot: Bot) -> str:
        return self._texts[name].format(username=bot.username, token=bot.token)

    def _say(self, name: str) -> None:
        self._send(self._texts[name])

    def _send(self, html: str, keyboard: Keyboard | None = None) -> None:
        text, entities = read_text(html, "HTML", None)
        self._world.add_message(
            self._chat, BOTFATHER_ID, text, entities=entities, keyboard=keyboard
        )


def _button(text: str, action: str, bot: Bot) -> dict[str, Any]:
    return {"text": text, "callback_data": f"{action}:{bot.bot_id}"}
