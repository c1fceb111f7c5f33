"""Texts that do not belong to a single feature."""

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master.telegram.texts import naming


def commands() -> dict[str, str]:
    """Return the commands of Telegram's menu with their descriptions."""
    return {
        "start": _("Create your bot or open its card"),
        "status": _("How your bot is doing"),
        "debug": _("Find out why your bot does not work"),
        "restart": _("Restart your bot"),
        "stop": _("Stop your bot"),
        "resume": _("Start your stopped bot"),
        "key": _("Replace the {service} key").format(service=naming.service()),
        "token": _("Replace the bot token"),
        "delete": _("Delete your bot and its documents"),
        "language": _("Choose the language"),
        "help": _("How everything works"),
        "cancel": _("Cancel the current step"),
    }


def help_text(*, is_admin: bool) -> str:
    lines = [f"/{command} — {purpose}" for command, purpose in commands().items()]
    if is_admin:
        lines.append("/fleet — " + _("All bots of this server"))
    return _(
        "<b>How it works</b>\n"
        "I give you a bot of your own that reads your documents and answers questions about "
        "them, with sources.\n\n"
        "<b>1. A bot token.</b> Open @BotFather, send <code>/newbot</code>, choose a name and a "
        "username that ends in “bot”. BotFather replies with a token like "
        "<code>123456789:AAE…</code> — forward me that message.\n\n"
        "{key}\n\n"
        "<b>3. Documents.</b> Send files to <b>your</b> bot (PDF, Word, PowerPoint, Excel, text, "
        "HTML, EPUB, ZIP, up to 20 MB each) and ask. Only you can use it. The documents "
        "are kept on this server; {flow}\n\n"
        "Token and key are stored encrypted, and I delete your messages that held them.\n\n"
        "<b>Commands</b>\n{commands}"
    ).format(key=_explain_key(), flow=_explain_flow(), commands="\n".join(lines))


def _explain_key() -> str:
    if naming.is_service_openai():
        return _(
            "<b>2. An OpenAI key.</b> Open platform.openai.com/api-keys, press “Create new secret "
            "key” and copy it; it begins with <code>sk-</code>. The account needs a positive "
            "balance: platform.openai.com/settings/organization/billing."
        )
    return _(
        "<b>2. A {service} key.</b> Create an API key there, or ask the operator of this server "
        "for one. The account needs credit, if the service is a paid one."
    ).format(service=naming.service())


def _explain_flow() -> str:
    if naming.is_indexed_here():
        return _(
            "their text is indexed on this server, and passages of it go to {service} with your "
            "key to be answered from."
        ).format(service=naming.service())
    if embeddings := naming.embedding_service():
        return _(
            "their text goes to {embeddings} to be indexed, and passages of it to {service} with "
            "your key to be answered from."
        ).format(embeddings=embeddings, service=naming.service())
    return _("their text goes to {service} with your key, to index it and to answer.").format(
        service=naming.service()
    )


def choose_language() -> str:
    return _("Which language should I speak?")


def language_chosen() -> str:
    return _("Done, I speak English now. /start opens your bot, /help explains everything.")


def cancelled() -> str:
    return _("Cancelled; nothing was changed. /start begins again, /help explains everything.")


def nothing_to_cancel() -> str:
    return _("There is nothing to cancel. /start opens your bot, /help lists the commands.")


def start_first() -> str:
    return _("You have no bot yet. Send /start, and we will create one in two steps.")


def send_there(username: str) -> str:
    return _(
        "I only manage your bot. Send questions and documents to @{username}; /help lists what I "
        "can do here."
    ).format(username=html.quote(username))


def old_button() -> str:
    return _("This button is out of date. Send /start to get the current ones.")


def too_many_messages() -> str:
    return _("You are writing faster than I can follow. Please wait a minute, then send it again.")


def delete_it_yourself() -> str:
    return _(
        "⚠️ Your message contained a secret, and I could not delete it. Please delete it from this "
        "chat yourself."
    )


def unknown_command() -> str:
    return _(
        "I do not know this command. If you forwarded it, type it yourself. /help lists what I can "
        "do."
    )
