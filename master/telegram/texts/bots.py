"""Texts about a user's bot: card, status and results of operations."""

from collections import Counter
from collections.abc import Sequence

from aiogram import html
from aiogram.utils.i18n import gettext as _

from master.accounts.registry import BotCard
from master.bots.deletion import Deletion
from master.bots.statuses import BotStatus
from master.supervision.supervisor import ProcessState
from master.telegram.texts import conditions, formats, naming


def card(bot: BotCard) -> str:
    if bot.active:
        mood = _("It is running. Send it documents and questions.")
    elif bot.stopped_by_operator:
        mood = _("The operator of this server stopped it. Press “Resume” to start it.")
    else:
        mood = _("It is stopped. Press “Resume” to start it.")
    return _("🤖 <b>{name}</b> (@{username})\n\n{mood}\n\nWhat would you like to do?").format(
        name=html.quote(bot.name), username=html.quote(bot.username), mood=mood
    )


def status(found: BotStatus) -> str:
    lines = [
        f"📊 <b>@{html.quote(found.card.username)}</b>",
        "",
        _("State: {state}").format(state=formats.state(found.state)),
    ]
    if found.card.stopped_by_operator:
        lines.append(_("The operator of this server stopped it; /resume starts it."))
    elif found.card.active and found.state is ProcessState.STOPPED:
        lines.append(_("It was stopped on the server; /restart starts it."))
    if found.pid:
        pid = formats.pid(found.pid, found.bot_pid)
        lines.append(_("Process: PID {pid}").format(pid=pid))
    if found.uptime is not None:
        lines.append(_("Running for: {time}").format(time=formats.duration(found.uptime)))
    if found.restarts:
        times = formats.times(found.restarts)
        lines.append(_("Restarted after a failure: {times}").format(times=times))
    if found.library:
        library = formats.library(found.library, is_current=found.is_ready)
        lines.append(_("Library: {documents}").format(documents=library))
    if found.problem:
        lines += ["", "⚠️ " + conditions.advise(found.problem.condition)]
    return "\n".join(lines)


def working(username: str) -> str:
    return _("⏳ One moment, I am working on @{username}…").format(username=html.quote(username))


def restarted(username: str) -> str:
    return _("🔄 @{username} has been restarted and is running.").format(
        username=html.quote(username)
    )


def stopped(username: str) -> str:
    return _("⏸ @{username} is stopped until you press “Resume”. Its documents are kept.").format(
        username=html.quote(username)
    )


def resumed(username: str) -> str:
    return _("▶️ @{username} is running again.").format(username=html.quote(username))


def deletion_question(found: BotStatus) -> str:
    documents = (
        formats.library(found.library, is_current=found.is_ready)
        if found.library
        else _("all its documents")
    )
    return _(
        "🗑 Delete @{username} and everything I keep for it: its token, its key, its conversation "
        "and {documents}? This cannot be undone. You keep the bot itself at @BotFather."
    ).format(username=html.quote(found.card.username), documents=documents)


def deleted_already() -> str:
    return _(
        "Your bot has already been deleted, along with everything kept for it. /start creates a "
        "new one."
    )


def deleted(receipt: Deletion) -> str:
    """List what was deleted, one item per line."""
    lines = [
        _("🗑 <b>@{username} has been deleted.</b> Removed:").format(
            username=html.quote(receipt.username)
        )
    ]
    if receipt.process:
        lines.append("• " + _("its running process"))
    if receipt.program:
        lines.append("• " + _("its entry in the list of programs"))
    if receipt.collection:
        index = (
            _("its index with {documents}").format(
                documents=formats.documents(receipt.library.documents)
            )
            if receipt.library
            else _("its index")
        )
        lines.append("• " + index)
    lines += [
        "• "
        + _("{files} ({size})").format(
            files=formats.files(receipt.files), size=formats.size(receipt.bytes)
        ),
        "• " + _("your token and your key"),
        "",
        _(
            "If you no longer need the bot, delete it at @BotFather too (<code>/deletebot</code>), "
            "and the key at {where}. /start creates a new bot."
        ).format(where=naming.keys_address()),
    ]
    return "\n".join(lines)


def fleet(statuses: Sequence[BotStatus]) -> str:
    """Return the number of all bots, of those that work, and of those in each process state."""
    lines = [
        _("<b>Bots on this server:</b> {total}").format(total=len(statuses)),
        _("Running: {ready}").format(ready=sum(found.is_ready for found in statuses)),
        _("Stopped by their owners: {stopped}").format(
            stopped=sum(
                not (found.card.active or found.card.stopped_by_operator) for found in statuses
            )
        ),
        _("Stopped by operators: {stopped}").format(
            stopped=sum(found.card.stopped_by_operator for found in statuses)
        ),
        "",
    ]
    states = Counter(found.state for found in statuses)
    lines += [f"{formats.state(state)}: {count}" for state, count in states.most_common()]
    if free := sum(found.confined is False for found in statuses):
        lines += [
            "",
            _("Not confined, because the kernel has no Landlock: {free}").format(free=free),
        ]
    return "\n".join(lines)
