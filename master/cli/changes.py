"""Commands that start, stop and delete bots, whether or not anything is running.

The database records what an operator wants. While nothing is running, it takes effect at the next
start; stopping takes effect anyway.
"""

import argparse
import asyncio
from collections.abc import Awaitable, Callable

from master.accounts.registry import BotCard
from master.bots.deletion import Deletion
from master.bots.statuses import BotStatus
from master.cli import words
from master.cli.exit_status import ExitStatus
from master.control_plane import ControlPlane
from master.errors import SupervisorNotRunningError
from master.supervision.events import notify_master


async def start(control: ControlPlane, arguments: argparse.Namespace) -> ExitStatus:
    return await _start(control, control.manager.start, arguments.user_id)


async def restart(control: ControlPlane, arguments: argparse.Namespace) -> ExitStatus:
    return await _start(control, control.manager.restart, arguments.user_id)


async def stop(control: ControlPlane, arguments: argparse.Namespace) -> ExitStatus:
    user_id = arguments.user_id
    try:
        card = await control.manager.stop(user_id)
    except SupervisorNotRunningError:
        card = await control.next_start.set_active(user_id, active=False)
        meanwhile = f"@{card.username} will not start either, until you start it."
        await asyncio.to_thread(words.say_not_running, control.installation, meanwhile)
    else:
        notify_master(control.installation.event_socket)
        print(f"@{card.username} is stopped until it is started again")
    return ExitStatus.DONE


async def delete(control: ControlPlane, arguments: argparse.Namespace) -> ExitStatus:
    user_id = arguments.user_id
    if not arguments.yes:
        found = await _read_status(control, user_id)
        held = words.documents(found.library, is_current=found.is_ready)
        print(
            f"This deletes @{found.card.username} with its token, its key, its conversation and "
            f"its documents ({'number unknown' if held == '-' else held}). It cannot be undone. "
            "Repeat the command with --yes"
        )
        return ExitStatus.FAILED
    try:
        receipt = await control.manager.delete(user_id)
    except SupervisorNotRunningError:
        card = await control.next_start.delete(user_id)
        meanwhile = f"@{card.username} will be deleted at the next start."
        await asyncio.to_thread(words.say_not_running, control.installation, meanwhile)
        return ExitStatus.NOT_RUNNING
    notify_master(control.installation.event_socket)
    print(f"Deleted @{receipt.username}: {_list_deleted(receipt)}")
    return ExitStatus.DONE


async def _start(
    control: ControlPlane, begin: Callable[[int], Awaitable[BotCard]], user_id: int
) -> ExitStatus:
    try:
        card = await begin(user_id)
    except SupervisorNotRunningError:
        card = await control.next_start.set_active(user_id, active=True)
        meanwhile = f"@{card.username} will run from the next start on."
        await asyncio.to_thread(words.say_not_running, control.installation, meanwhile)
        return ExitStatus.NOT_RUNNING
    notify_master(control.installation.event_socket)
    print(f"@{card.username} is running")
    return ExitStatus.DONE


async def _read_status(control: ControlPlane, user_id: int) -> BotStatus:
    try:
        return await control.manager.status(user_id)
    except SupervisorNotRunningError:
        return await control.next_start.status(user_id)


def _list_deleted(receipt: Deletion) -> str:
    documents = [words.count(receipt.library.documents, "document")] if receipt.library else []
    return ", ".join([*documents, words.count(receipt.files, "file"), words.size(receipt.bytes)])
