"""What each condition of a bot probably means, and what its owner can do."""

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master.bots.diagnostics import Diagnosis
from master.telegram.texts import formats
from personal_bot.contract import Condition

LIMIT = 4_096  # UTF-16 code units in a message, after its markup has been parsed
TAIL = 1_200  # UTF-16 code units of each log


def advise(condition: Condition | None) -> str:
    """Explain a condition and what to do; None means that no problem is known."""
    return {
        Condition.TOKEN_REVOKED: _(
            "Telegram does not accept the bot token: it was revoked, or the bot was deleted at "
            "@BotFather. Get a token with <code>/mybots</code> there and send it with /token."
        ),
        Condition.TOKEN_IN_USE: _(
            "Another program uses the same bot token, and Telegram serves only one. Stop that "
            "program, or get a new token at @BotFather (/revoke) and send it with /token."
        ),
        Condition.TELEGRAM_UNREACHABLE: _(
            "Telegram cannot be reached at the moment. The bot keeps trying and answers as soon "
            "as the connection is back; you need not do anything."
        ),
        Condition.OPENAI_KEY_INVALID: _(
            "OpenAI does not accept the key: it was deleted or disabled. Create a new one at "
            "platform.openai.com/api-keys and send it with /key."
        ),
        Condition.OPENAI_QUOTA_EXCEEDED: _(
            "The OpenAI account has no money left or has reached its limit. Top it up at "
            "platform.openai.com/settings/organization/billing, or send another key with /key."
        ),
        Condition.OPENAI_UNREACHABLE: _(
            "OpenAI does not answer at the moment. The bot keeps trying; ask again in a few "
            "minutes."
        ),
        Condition.QDRANT_UNREACHABLE: _(
            "The store of the documents does not answer. Your documents are safe; try again in a "
            "few minutes, and tell the operator of this server if it lasts."
        ),
        Condition.INDEX_DAMAGED: _(
            "The index of your documents is damaged. Open your bot, send /clear and upload the "
            "documents again."
        ),
        Condition.CREDENTIALS_UNREADABLE: _(
            "The stored token and key cannot be read. Send the token again with /token and the "
            "key with /key."
        ),
        Condition.MISCONFIGURED: _(
            "A setting of this server is wrong. Only its operator can mend it; please tell them."
        ),
        Condition.ALREADY_RUNNING: _(
            "The bot was started twice, and the second one gave way. Send /restart."
        ),
        Condition.IMPORT_FAILED: _(
            "A part of the program is missing on this server. Only its operator can mend it; "
            "please tell them."
        ),
        Condition.OUT_OF_MEMORY: _(
            "The bot ran out of memory, most likely over a very large document. Send /restart and "
            "upload that document in smaller parts."
        ),
        Condition.DISK_FULL: _(
            "The disk of this server is full. Only its operator can make room; please tell them."
        ),
        Condition.NOT_RESPONDING: _(
            "The bot's process is there but does not answer. Send /restart."
        ),
        Condition.NEVER_STARTED: _("The bot has not been started yet. Send /restart."),
        Condition.CRASHED: _(
            "The bot ended unexpectedly. Send /restart; if it happens again, show the operator of "
            "this server what /debug says."
        ),
        Condition.STOPPED: _("The bot was stopped. Send /resume to wake it up."),
        None: _(
            "I see nothing wrong. If the bot does not answer, send /restart; if that does not "
            "help, show the operator of this server what /debug says."
        ),
    }[condition]


def diagnosis(username: str, found: Diagnosis) -> str:
    """Return all that an operator would ask for in one message; logs lose their oldest lines."""
    none = "—"
    facts = [
        f"🔍 <b>@{html.quote(username)}</b>",
        "",
        _("State: {state}").format(state=formats.state(found.state)),
        _("PID: {pid}").format(pid=found.pid or none),
        _("Exit status: {code}").format(code=none if found.exit_code is None else found.exit_code),
    ]
    if found.restarts:
        facts.append(_("Restarted: {times}").format(times=formats.times(found.restarts)))
    if found.spawn_error:
        facts.append(
            _("Start error: {error}").format(error=html.quote(_newest(found.spawn_error, 200)))
        )
    facts += ["", _("<b>What it means</b>"), advise(found.condition)]
    if found.detail:
        facts.append(f"<code>{html.quote(_newest(found.detail, 300))}</code>")
    for title, log in (("stdout", found.stdout), ("stderr", found.stderr)):
        tail = _newest(log.strip(), TAIL)
        facts += [
            "",
            f"<b>{title}</b>",
            f"<pre>{html.quote(tail)}</pre>" if tail else _("nothing was written"),
        ]
    return "\n".join(facts)


def start_failed(username: str, found: Diagnosis) -> str:
    """Explain why a bot did not start, and what to do."""
    lines = [
        _("🔴 @{username} did not start.").format(username=html.quote(username)),
        "",
        advise(found.condition or Condition.CRASHED),
    ]
    tail = _newest((found.stderr or found.spawn_error or "").strip(), 400)
    if tail:
        lines += ["", f"<pre>{html.quote(tail)}</pre>"]
    return "\n".join(lines)


def _newest(text: str, limit: int) -> str:
    """Return the end of `text`, at most `limit` UTF-16 code units, from the start of a line."""
    raw = text.encode("utf-16-le", "replace")
    if len(raw) <= limit * 2:
        return text
    tail = raw[-limit * 2 :].decode("utf-16-le", "ignore")
    _cut, newline, lines = tail.partition("\n")
    return "…\n" + lines if newline else "…" + tail
