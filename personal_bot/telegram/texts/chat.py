"""Texts about the bot itself: greetings, help, status, settings and warnings."""

import html
from collections.abc import Sequence
from enum import StrEnum

from aiogram.utils.i18n import gettext as _

from personal_bot.contract import Condition
from personal_bot.documents.quotas import Quotas, Usage
from personal_bot.telegram.texts.explanations import name_master
from personal_bot.telegram.texts.numbers import count_documents, format_number, format_size
from personal_bot.telegram.texts.pins import show_pins
from personal_bot.telegram.texts.refusals import FORMATS

COMMANDS = ("docs", "all", "status", "new", "export", "clear", "language", "help")


class MasterCommand(StrEnum):
    """A command that the owner may expect here, although only the master carries it out."""

    DELETE = "delete"
    TOKEN = "token"  # noqa: S105 - a name, not a secret
    KEY = "key"
    RESTART = "restart"
    STOP = "stop"
    RESUME = "resume"
    DEBUG = "debug"


def describe_commands() -> dict[str, str]:
    """Return the commands and their descriptions for Telegram's menu; plain text."""
    return {
        "docs": _("Your documents"),
        "all": _("Ask about all documents again"),
        "status": _("Documents, limits and health"),
        "new": _("Start a new conversation"),
        "export": _("Your questions and answers as a file"),
        "clear": _("Delete all documents"),
        "language": _("Change the language"),
        "help": _("What I can do"),
    }


def welcome(chat_service: str, embedding_service: str | None) -> str:
    """Greet a new owner, and name the services that answer and that index.

    `embedding_service` is None if it is on this machine, apart from the one that answers.
    """
    greeting = _(
        "Hello! I read your documents and answer questions about them, with sources.\n\n"
        "<b>Send me a file</b> ({formats}, or a ZIP of these, up to 20 MB), then <b>ask in your "
        "own words</b>."
    ).format(formats=FORMATS)
    return f"{greeting}\n\n{_say_where_text_goes(chat_service, embedding_service)}"


def _say_where_text_goes(chat_service: str, embedding_service: str | None) -> str:
    if embedding_service is None:
        way = _(
            "I search the text of your documents on this server; the matches go to {chat} with "
            "your question and your own key, to be answered."
        ).format(chat=html.escape(chat_service))
    elif chat_service == embedding_service:
        way = _(
            "The text of your documents and your questions go to {service}, with your own key."
        ).format(service=html.escape(chat_service))
    else:
        way = _(
            "The text of your documents and your questions go to {embeddings}, to find what "
            "matches; the matches go to {chat} with your question and your own key, to be answered."
        ).format(embeddings=html.escape(embedding_service), chat=html.escape(chat_service))
    stays = _("The files themselves stay in this chat, and the text I search stays on this server.")
    return f"{way} {stays}"


def welcome_back(documents: int) -> str:
    return _(
        "Welcome back! You have {documents} here. Ask me about them, or send another file."
    ).format(documents=count_documents(documents))


def give_help(chat_service: str, embedding_service: str | None) -> str:
    commands = "\n".join(f"/{name} — {what}" for name, what in describe_commands().items())
    return (
        _(
            "<b>Files.</b> Send {formats}, or a ZIP of these, up to 20 MB each, several at once if "
            "you like. A new version under the same name replaces the old one.\n\n"
            "<b>Questions.</b> Ask in your own words; follow-up questions work too. Reply to an "
            "answer to come back to it, or to a file to ask about this file only; 📌 in /docs "
            "keeps to a document until /all. Edit a question to get a new answer. The numbers "
            "[1], [2] in an answer are its sources: tap a button under the answer to see the "
            "passage. ⏹ stops an answer, 🔄 searches more widely."
        ).format(formats=FORMATS)
        + "\n\n"
        + _say_where_text_goes(chat_service, embedding_service)
        + "\n\n"
        + commands
    )


def show_status(
    used: Usage,
    quotas: Quotas,
    index_bytes: int | None,
    model: str,
    *,
    files: int,
    questions: int,
    pinned: Sequence[str] = (),
) -> str:
    """Return the status; `index_bytes` is None if the size is unknown, e.g. on a server.

    `pinned` are the names of pinned documents.
    """
    lines = [
        _("<b>Documents:</b> {used} of {limit}").format(
            used=format_number(used.documents), limit=format_number(quotas.documents)
        ),
        _("<b>Passages:</b> {used} of {limit}").format(
            used=format_number(used.passages), limit=format_number(quotas.passages)
        ),
        _("<b>Size of the files:</b> {used} of {limit}").format(
            used=format_size(used.size), limit=format_size(quotas.size)
        ),
        _("<b>Model:</b> {model}").format(model=html.escape(model)),
    ]
    if index_bytes is not None:
        lines.append(_("<b>Index size:</b> {size}").format(size=format_size(index_bytes)))
    if files:
        lines.append(_("<b>Files being read:</b> {n}").format(n=files))
    if questions:
        lines.append(_("<b>Questions being answered:</b> {n}").format(n=questions))
    if pinned:
        lines.append(show_pins(pinned))
    return "\n".join(lines)


def show_problem(condition: Condition) -> str:
    """Return the line under the status that reports a condition."""
    sentences = {
        Condition.TOKEN_IN_USE: _("another program uses this bot's token"),
        Condition.OPENAI_KEY_INVALID: _("OpenAI rejects your key"),
        Condition.OPENAI_QUOTA_EXCEEDED: _("your OpenAI account is out of credit"),
        Condition.OPENAI_UNREACHABLE: _("OpenAI is not responding"),
        Condition.QDRANT_UNREACHABLE: _("document storage is not responding"),
        Condition.INDEX_DAMAGED: _("the index of your documents must be rebuilt: /clear"),
        Condition.DISK_FULL: _("the server's disk is full"),
    }
    reason = sentences.get(condition, _("something is wrong on my side"))
    return _("⚠️ <b>Attention:</b> {reason}.").format(reason=reason)


def all_is_well() -> str:
    return _("✅ Everything is fine.")


def start_conversation() -> str:
    return _(
        "Starting a new conversation: I no longer consider the earlier questions. To return to one "
        "of them, reply to its answer. What would you like to know?"
    )


def say_nothing_to_export() -> str:
    return _("There are no answers to export yet.")


def describe_export(answers: int, rated: int) -> str:
    return _(
        "Your questions and answers with sources and ratings: {answers}. The ZIP has them for "
        "reading (.md) and for programs (.json)."
    ).format(answers=_count_answers(answers, rated))


def _count_answers(answers: int, rated: int) -> str:
    counted = _("{n} answer", "{n} answers", answers).format(n=format_number(answers))
    if not rated:
        return counted
    return _("{answers}, {n} of them rated").format(answers=counted, n=format_number(rated))


def ask_language() -> str:
    return _("Which language should I speak?")


def confirm_language() -> str:
    return _("I will speak English from now on.")


def turn_away() -> str:
    return _(
        "Hello! I am someone's personal assistant and answer only them. Thank you for your "
        "interest!"
    )


def refuse_kind() -> str:
    """Return the reply to photos, voice messages and whatever else is neither text nor a file."""
    return _(
        "I read only text and documents: {formats}, or a ZIP of these. Send a picture of text as a "
        "PDF with recognized text, and ask questions in writing."
    ).format(formats=FORMATS)


def refuse_foreign_command() -> str:
    return _(
        "This command was forwarded or sent through another bot, so I ignored it. If you mean it, "
        "type it yourself."
    )


def refuse_unknown_command() -> str:
    return _("I do not know this command. Send /help to see what I can do.")


def point_to_master(command: MasterCommand, master: str | None) -> str:
    """Return the reply to a command that only the master carries out."""
    sentences = {
        MasterCommand.DELETE: _(
            "To delete this bot with all its documents, send <code>/delete</code> to {master}; it "
            "asks first. To delete only documents, use /docs or /clear here."
        ),
        MasterCommand.TOKEN: _(
            "To replace the token of this bot, send <code>/token</code> to {master}. The new token "
            "is checked before it is used."
        ),
        MasterCommand.KEY: _(
            "To replace your key, send <code>/key</code> to {master}. The new key is checked "
            "before it is used."
        ),
    }
    general = _(
        "I cannot do this myself. Send <code>/{command}</code> to {master}: this bot was created "
        "there, and is started, stopped and checked there."
    )
    return sentences.get(command, general).format(command=command, master=name_master(master))


def refuse_button() -> str:
    """Return plain text of at most 200 characters, as it is shown as an alert."""
    return _("This button is out of date. Send /docs or /help to get a new one.")


def ask_patience() -> str:
    """Return plain text of at most 200 characters: it may be shown as an alert."""
    return _(
        "You are writing faster than I can follow, so I am ignoring new messages. Wait a minute, "
        "then send it again."
    )


def warn_of_secret(master: str | None, *, is_gone: bool) -> str:
    if is_gone:
        deed = _("Your message contained a token or key, so I deleted it and kept nothing of it.")
    else:
        deed = _(
            "⚠️ Your message contained a token or key. I kept nothing of it but could not delete "
            "it. Please delete it from this chat yourself."
        )
    return f"{deed} " + _(
        "To replace the token or key of your bot, send <code>/token</code> or "
        "<code>/key</code> to {master}."
    ).format(master=name_master(master))


def apologize() -> str:
    return _(
        "Sorry, something went wrong on my side. Please try again; if it happens again, send "
        "/status."
    )


def warn_token_in_use(master: str | None) -> str:
    return _(
        "⚠️ Another program is using this bot's token, so some messages do not reach me. Stop that "
        "program, or revoke the token at @BotFather and send <code>/token</code> to {master} to "
        "replace it."
    ).format(master=name_master(master))


def report_data_loss() -> str:
    return _(
        "😔 My data on this server was damaged, and I had to start over: your documents are gone. "
        "Please send them again. If I owe you an answer, ask once more."
    )


def warn_disk_full() -> str:
    return _(
        "⚠️ The server's disk is full, so I cannot accept anything new. Nothing is lost: I will "
        "resume on my own once there is space."
    )
