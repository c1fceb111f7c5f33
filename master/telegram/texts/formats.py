"""States, durations, counts and sizes in words."""

from datetime import UTC, datetime

from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from personal_bot.contract import LibrarySize

MINUTE, HOUR, DAY = 60, 3_600, 86_400  # seconds


def state(name: str | None) -> str:
    """Return a process state in words; None means that supervisord does not know the program."""
    return {
        "RUNNING": _("🟢 running"),
        "STARTING": _("🟡 starting"),
        "BACKOFF": _("🟡 failed to start, retrying"),
        "STOPPING": _("🟡 stopping"),
        "STOPPED": _("⚪️ stopped"),
        "EXITED": _("🔴 exited"),
        "FATAL": _("🔴 failed to start"),
    }.get(name or "", _("🔴 no process"))


def duration(seconds: float) -> str:
    """Return a duration in words, in its two largest units."""
    left = max(0, int(seconds))
    days, left = divmod(left, DAY)
    hours, left = divmod(left, HOUR)
    minutes, left = divmod(left, MINUTE)
    parts = [
        (days, ngettext("{n} day", "{n} days", days)),
        (hours, ngettext("{n} hour", "{n} hours", hours)),
        (minutes, ngettext("{n} minute", "{n} minutes", minutes)),
        (left, ngettext("{n} second", "{n} seconds", left)),
    ]
    first = next((index for index, (n, _text) in enumerate(parts) if n), len(parts) - 1)
    shown = [text.format(n=n) for n, text in parts[first : first + 2] if n or first == 3]
    return " ".join(shown)


def pid(launcher: int | None, bot: int | None) -> str:
    """Return the PID of a bot and of its launcher, which supervisorctl shows."""
    if launcher is None:
        return "—"
    if bot is None:
        return _("{launcher} (launcher)").format(launcher=launcher)
    if bot == launcher:
        return str(bot)
    return _("{bot} (launcher: {launcher})").format(bot=bot, launcher=launcher)


def documents(n: int) -> str:
    return ngettext("{n} document", "{n} documents", n).format(n=n)


def library(found: LibrarySize, *, is_current: bool) -> str:
    """Return how many documents a bot holds, with the time unless the number is current."""
    if is_current:
        return documents(found.documents)
    return _("{documents} (as of {time})").format(
        documents=documents(found.documents), time=moment(found.at)
    )


def moment(at: float) -> str:
    """Return a Unix time in words; UTC, because nobody's time zone is known."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M} UTC"


def files(n: int) -> str:
    return ngettext("{n} file", "{n} files", n).format(n=n)


def times(n: int) -> str:
    return ngettext("{n} time", "{n} times", n).format(n=n)


def size(n: int) -> str:
    """Return a number of bytes in words; 1 KB is 1,000 bytes."""
    if n < 1_000:
        return ngettext("{n} byte", "{n} bytes", n).format(n=n)
    if n < 1_000_000:
        return _("{n} KB").format(n=round(n / 1_000))
    return _("{n} MB").format(n=round(n / 1_000_000, 1))
