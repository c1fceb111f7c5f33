"""Texts of the conversation from the first /start to a running bot."""

from collections.abc import Sequence

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master.accounts.registry import BotCard
from master.bots.stages import Stage
from master.telegram.texts import naming


def welcome() -> str:
    return _(
        "👋 <b>Hello!</b> In two steps you will have your own bot. It reads your documents and "
        "answers questions about them, with sources.\n\n"
        "<b>Step 1 of 2: the bot token</b>\n"
        "1. Open @BotFather and send <code>/newbot</code>\n"
        "2. Choose a name, then a username that ends in “bot”\n"
        "3. BotFather replies with a token like <code>123456789:AAE…</code>\n\n"
        "Forward me that message, or paste the token here. I will delete your message at once and "
        "store the token encrypted."
    )


def checking_token() -> str:
    return _("⏳ Checking the token with Telegram…")


def expect_token() -> str:
    return _(
        "I am waiting for the bot token. @BotFather sends it after <code>/newbot</code>; it looks "
        "like <code>123456789:AAE…</code>. Forward me that message. /cancel stops here, /help "
        "explains everything."
    )


def key_kept_for_later() -> str:
    return _(
        "🔑 Thank you, I will use this {service} key in a moment. First I need the bot token: send "
        "<code>/newbot</code> to @BotFather and forward me the reply with the token."
    ).format(service=naming.service())


def ask_key(username: str, name: str) -> str:
    if not naming.is_service_openai():
        return _ask_key_of_another_service(username, name)
    return _(
        "✅ The token belongs to <b>{name}</b> (@{username}).\n\n"
        "<b>Step 2 of 2: the OpenAI key</b>\n"
        "1. Open platform.openai.com/api-keys and sign in\n"
        "2. Press “Create new secret key” and copy it; it begins with <code>sk-</code>\n"
        "3. Make sure the account has credit: platform.openai.com/settings/organization/billing\n\n"
        "Paste the key here. I will delete your message at once and store the key encrypted. Only "
        "your own documents and questions are charged to it."
    ).format(username=html.quote(username), name=html.quote(name))


def _ask_key_of_another_service(username: str, name: str) -> str:
    return _(
        "✅ The token belongs to <b>{name}</b> (@{username}).\n\n"
        "<b>Step 2 of 2: the {service} key</b>\n"
        "1. Sign in at {service} and create an API key\n"
        "2. Make sure the account has credit, if the service is a paid one\n\n"
        "If you do not know where to get a key, ask the operator of this server. Paste the key "
        "here. I will delete your message at once and store the key encrypted. Only your own "
        "documents and questions are charged to it."
    ).format(username=html.quote(username), name=html.quote(name), service=naming.service())


def checking_key() -> str:
    return _("⏳ Checking the key with {service}…").format(service=naming.service())


def expect_key() -> str:
    if not naming.is_service_openai():
        return _(
            "I am waiting for the {service} key, one word without spaces, and I delete whatever "
            "you write meanwhile. If you do not know where to get a key, ask the operator of this "
            "server. /cancel stops here, /help explains everything."
        ).format(service=naming.service())
    return _(
        "I am waiting for the OpenAI key. It begins with <code>sk-</code>; create one at "
        "platform.openai.com/api-keys. /cancel stops here, /help explains everything."
    )


def key_is_kept() -> str:
    return _(
        "I still have your {service} key, encrypted. Press “Try again” to continue with it, or "
        "paste another one."
    ).format(service=naming.service())


def progress(username: str, done: Sequence[Stage]) -> str:
    """Return the stages as a checklist."""
    steps = {
        Stage.SAVED: _("Store the token and key, encrypted"),
        Stage.CONFIGURED: _("Prepare a place for the documents"),
        Stage.STARTED: _("Start the bot"),
        Stage.READY: _("Connect it to Telegram"),
    }
    lines = ["✅ " + _("Check the key")]
    waiting = "⏳ "
    for stage, step in steps.items():
        if stage in done:
            lines.append("✅ " + step)
        else:
            lines.append(waiting + step)
            waiting = "▫️ "
    title = _("<b>Creating @{username}</b>").format(username=html.quote(username))
    return f"{title}\n\n" + "\n".join(lines)


def ready(bot: BotCard) -> str:
    return _(
        "🎉 <b>@{username} is running.</b>\n\n"
        "Open https://t.me/{username}, press Start, send it a document and ask your first "
        "question. Come back here to check, stop or change it: /status"
    ).format(username=html.quote(bot.username))
