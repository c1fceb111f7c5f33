"""What each condition of a bot probably means, and what its owner can do."""

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master.bots.diagnostics import Diagnosis
from master.telegram.texts import formats, naming
from personal_bot.contract import Condition

LIMIT = 4_096  # UTF-16 code units in a message, after its markup has been parsed
TAIL = 1_200  # UTF-16 code units of each log


def advise(condition: Condition | None) -> str:
    """Explain a condition and what to do; None means that no problem is known."""
    return {
        Condition.TOKEN_REVOKED: _(
            "Telegram rejects the bot token: it was revoked, or the bot was deleted at @BotFather. "
            "Get a new token there with <code>/mybots</code>, then send me /token."
        ),
        Condition.TOKEN_IN_USE: _(
            "Another program uses the same bot token, and Telegram serves only one of them. Stop "
            "that program, or get a new token at @BotFather (/revoke) and send me /token."
        ),
        Condition.TELEGRAM_UNREACHABLE: _(
            "Telegram cannot be reached right now. The bot keeps trying and will answer once the "
            "connection is back; there is nothing you need to do."
        ),
        Condition.OPENAI_KEY_INVALID: _(
            "{service} rejects the key: it was deleted or disabled. Create a new one at "
            "{keys_address}, then send me /key."
        ).format(service=naming.service(), keys_address=naming.keys_address()),
        Condition.OPENAI_QUOTA_EXCEEDED: _(
            "The {service} account is out of credit or has reached its limit. Top it up at "
            "{billing_address}, or replace the key with /key."
        ).format(service=naming.service(), billing_address=naming.billing_address()),
        Condition.OPENAI_UNREACHABLE: _(
            "{service} is not responding right now. The bot keeps trying; ask again in a few "
            "minutes."
        ).format(service=naming.service()),
        Condition.QDRANT_UNREACHABLE: _(
            "Document storage is not responding. Your documents are safe; try again in a few "
            "minutes, and tell the operator of this server if that does not help."
        ),
        Condition.INDEX_DAMAGED: _(
            "The index of your documents is damaged. Open your bot, send /clear and upload the "
            "documents again."
        ),
        Condition.CREDENTIALS_UNREADABLE: _(
            "The stored token and key cannot be decrypted. Send them again with /token and /key."
        ),
        Condition.MISCONFIGURED: _(
            "This server is misconfigured. Only its operator can fix that; please tell them."
        ),
        Condition.ALREADY_RUNNING: _(
            "The bot was already running, so the second copy exited. Send /restart."
        ),
        Condition.IMPORT_FAILED: _(
            "Part of the program is missing on this server. Only its operator can fix that; please "
            "tell them."
        ),
        Condition.OUT_OF_MEMORY: _(
            "The bot ran out of memory, most likely while reading a very large document. Send "
            "/restart, then upload that document in smaller parts."
        ),
        Condition.DISK_FULL: _(
            "This server's disk is full. Only its operator can free up space; please tell them."
        ),
        Condition.NOT_RESPONDING: _(
            "The bot's process is running but not responding. Send /restart."
        ),
        Condition.NEVER_STARTED: _("The bot has not been started yet. Send /restart."),
        Condition.CRASHED: _(
            "The bot exited unexpectedly. Send /restart; if it happens again, show the output of "
            "/debug to the operator of this server."
        ),
        Condition.STOPPED: _("The bot is stopped. Send /resume to start it."),
        None: _(
            "I see no problem. If the bot does not answer, send /restart; if that does not help, "
            "show the output of /debug to the operator of this server."
        ),
    }[condition]


def diagnosis(username: str, found: Diagnosis) -> str:
    """Return all that an operator would ask for in one message; logs lose their oldest lines."""
    none = "—"
    facts = [
        f"🔍 <b>@{html.quote(username)}</b>",
        "",
        _("State: {state}").format(state=formats.state(found.state)),
        _("PID: {pid}").format(pid=formats.pid(found.pid, found.bot_pid)),
        _("Exit status: {code}").format(code=none if found.exit_code is None else found.exit_code),
    ]
    if found.restarts:
        times = formats.times(found.restarts)
        facts.append(_("Restarted after a failure: {times}").format(times=times))
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
            f"<pre>{html.quote(tail)}</pre>" if tail else _("the log is empty"),
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
