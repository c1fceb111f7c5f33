"""Texts of the conversation that replaces the token or key of a bot."""

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master.telegram.texts import naming


def ask_new_token(username: str) -> str:
    return _(
        "Send me the new token for @{username}: send <code>/mybots</code> to @BotFather, choose "
        "the bot, then “API Token”. A token of another bot of yours works too. I will check it "
        "first; until then, the current one stays in use."
    ).format(username=html.quote(username))


def ask_new_key(username: str) -> str:
    if not naming.is_service_openai():
        return _(
            "Send me the new {service} key for @{username}. I will check it first; until then, the "
            "current one stays in use."
        ).format(service=naming.service(), username=html.quote(username))
    return _(
        "Send me the new OpenAI key for @{username}; it begins with <code>sk-</code> "
        "(platform.openai.com/api-keys, “Create new secret key”). I will check it first; until "
        "then, the current one stays in use."
    ).format(username=html.quote(username))


def token_replaced(username: str, *, running: bool) -> str:
    return " ".join([_("✅ The new token is in use."), _go_on(username, running=running)])


def key_replaced(username: str, *, running: bool) -> str:
    return " ".join([_("✅ The new key is in use."), _go_on(username, running=running)])


def _go_on(username: str, *, running: bool) -> str:
    if running:
        return _("@{username} is running with it.").format(username=html.quote(username))
    return _("@{username} is stopped; /resume starts it.").format(username=html.quote(username))


def old_token_stays(reason: str) -> str:
    return _("{reason}\n\nThe current token stays in use. Send another one, or /cancel.").format(
        reason=reason
    )


def old_key_stays(reason: str) -> str:
    return _("{reason}\n\nThe current key stays in use. Send another one, or /cancel.").format(
        reason=reason
    )


def offer_token(username: str) -> str:
    return _(
        "That is a bot token; I have deleted your message. Use it as the new token of @{username}?"
    ).format(username=html.quote(username))


def offer_key(username: str) -> str:
    return _(
        "That looks like a key; I have deleted your message. Use it as the new {service} key of "
        "@{username}?"
    ).format(service=naming.service(), username=html.quote(username))


def looked_secret() -> str:
    return _(
        "That looked like part of a token or key, so I deleted it. To replace the bot token, send "
        "/token; to replace the {service} key, send /key."
    ).format(service=naming.service())
