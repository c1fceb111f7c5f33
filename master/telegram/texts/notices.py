"""Texts of the notices to owners and operators."""

from collections.abc import Sequence

from aiogram import html
from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from master.accounts.operator_actions import Action, ActionKind
from master.accounts.registry import BotCard
from master.bots.monitoring import Incident, IncidentKind
from master.installation.disk_space import DiskSpace
from master.telegram.texts import formats, naming
from master.telegram.texts.conditions import advise
from personal_bot.contract import Condition

NAMED = 3  # bots that a summary names per condition


def incident(found: Incident) -> str:
    """Return the notice to an owner: what happened to the bot, what it means and what to do."""
    headline = {
        IncidentKind.DOWN: _("🔴 <b>@{username} has stopped working.</b>"),
        IncidentKind.CRASHING: _(
            "🔴 <b>@{username} keeps crashing</b>: {times} within ten minutes. I restart it each "
            "time."
        ),
        IncidentKind.DEGRADED: _("🟠 <b>@{username} is running but cannot do its work.</b>"),
    }[found.kind]
    username, times = html.quote(found.card.username), formats.times(found.crashes)
    return headline.format(username=username, times=times) + "\n\n" + advise(found.condition)


def operator_action(action: Action) -> str:
    """Return the notice to an owner of what an operator did to their bot."""
    sentence = {
        ActionKind.STOPPED: _(
            "⏸ The operator of this server has stopped @{username}. Its documents are kept; press "
            "“Resume” to start it again."
        ),
        ActionKind.STARTED: _("▶️ The operator of this server has started @{username} again."),
        ActionKind.DELETED: _(
            "🗑 The operator of this server has deleted @{username} with its documents, its token "
            "and its key. /start creates a new bot."
        ),
    }[action.kind]
    return sentence.format(username=html.quote(action.username))


def summary(burst: Sequence[Incident]) -> str:
    """Return the summary for an operator of the incidents in a burst."""
    conditions: dict[Condition, dict[int, BotCard]] = {}
    for found in burst:
        conditions.setdefault(found.condition, {})[found.card.user_id] = found.card
    bots = len({found.card.user_id for found in burst})
    title = ngettext("🛠 <b>{n} bot needs attention</b>", "🛠 <b>{n} bots need attention</b>", bots)
    lines = [title.format(n=bots), ""]
    for condition, cards in sorted(conditions.items(), key=lambda item: -len(item[1])):
        lines.append(f"• {label(condition)}: {_name(list(cards.values()))}")
    lines += [
        "",
        _(
            "Their owners have been told what to do. <code>tgrag debug USER</code> on the server "
            "shows what happened; /fleet counts all bots."
        ),
    ]
    return "\n".join(lines)


def disk_low(disk_space: DiskSpace) -> str:
    """Return the warning to an operator that the disk is nearly or completely full."""
    return _(
        "⚠️ <b>This server's disk is nearly full</b>: {free} of {total} free. When it is full, "
        "bots accept nothing new, lose nothing, and resume on their own once there is space."
    ).format(free=formats.size(disk_space.free), total=formats.size(disk_space.total))


def label(condition: Condition) -> str:
    """Return a condition in a few words."""
    return {
        Condition.TOKEN_REVOKED: _("token revoked"),
        Condition.TOKEN_IN_USE: _("token used by another program"),
        Condition.TELEGRAM_UNREACHABLE: _("Telegram unreachable"),
        Condition.OPENAI_KEY_INVALID: _("{service} key rejected"),
        Condition.OPENAI_QUOTA_EXCEEDED: _("{service} account out of credit"),
        Condition.OPENAI_UNREACHABLE: _("{service} unreachable"),
        Condition.QDRANT_UNREACHABLE: _("document storage unreachable"),
        Condition.INDEX_DAMAGED: _("index damaged"),
        Condition.CREDENTIALS_UNREADABLE: _("credentials unreadable"),
        Condition.MISCONFIGURED: _("misconfigured"),
        Condition.ALREADY_RUNNING: _("already running"),
        Condition.IMPORT_FAILED: _("part of the program is missing"),
        Condition.OUT_OF_MEMORY: _("out of memory"),
        Condition.DISK_FULL: _("disk full"),
        Condition.NOT_RESPONDING: _("not responding"),
        Condition.NEVER_STARTED: _("never started"),
        Condition.CRASHED: _("crashed"),
        Condition.STOPPED: _("stopped"),
    }[condition].format(service=naming.service())


def _name(cards: Sequence[BotCard]) -> str:
    names = ", ".join(
        f"@{html.quote(card.username)} (<code>{card.user_id}</code>)" for card in cards[:NAMED]
    )
    more = len(cards) - NAMED
    return names if more <= 0 else _("{names} and {n} more").format(names=names, n=more)
