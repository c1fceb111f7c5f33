"""The operator's command line: `tgrag`."""

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from peewee import PeeweeException

from master.accounts.key_rotation import GRACE_SECONDS, KeyRotation
from master.bots.diagnostics import Diagnosis
from master.bots.statuses import BotStatus
from master.control_plane import ControlPlane, open_control_plane
from master.errors import MasterError, SettingsError
from master.installation.disk_space import measure_disk_space
from master.installation.privileges import become_owner
from master.installation.state_dir import default_state_dir
from master.settings_files import load_installed_settings
from master.supervision.configuration import find_invalid_programs
from personal_bot.contract import ExitCode

Command = Callable[[ControlPlane, argparse.Namespace], Awaitable[int]]


async def show_status(control: ControlPlane, _arguments: argparse.Namespace) -> int:
    statuses = await control.manager.list_statuses()
    for status in statuses:
        print(_describe(status))
    ready = sum(status.is_ready for status in statuses)
    print(f"{len(statuses)} bots, {ready} running")
    disk_space = measure_disk_space(control.installation.root)
    if disk_space.is_low:
        print(f"the disk is nearly full: {disk_space.free} of {disk_space.total} bytes free")
    return 0


async def debug(control: ControlPlane, arguments: argparse.Namespace) -> int:
    card = await control.manager.get(arguments.user_id)
    print(f"@{card.username} of user {card.user_id}, {'active' if card.active else 'stopped'}")
    _print_diagnosis(await control.manager.diagnose(arguments.user_id))
    return 0


async def start(control: ControlPlane, arguments: argparse.Namespace) -> int:
    card = await control.manager.start(arguments.user_id)
    print(f"@{card.username} is running")
    return 0


async def stop(control: ControlPlane, arguments: argparse.Namespace) -> int:
    card = await control.manager.stop(arguments.user_id)
    print(f"@{card.username} is stopped until you start it")
    return 0


async def restart(control: ControlPlane, arguments: argparse.Namespace) -> int:
    card = await control.manager.restart(arguments.user_id)
    print(f"@{card.username} is running")
    return 0


async def delete(control: ControlPlane, arguments: argparse.Namespace) -> int:
    card = await control.manager.get(arguments.user_id)
    if not arguments.yes:
        print(
            f"This deletes @{card.username} and its documents permanently. "
            "Repeat the command with --yes."
        )
        return 1
    receipt = await control.manager.delete(arguments.user_id)
    print(f"Deleted @{receipt.username}: {receipt.files} files, {receipt.bytes} bytes")
    return 0


async def reconcile(control: ControlPlane, _arguments: argparse.Namespace) -> int:
    found = await control.manager.reconcile()
    for what in ("rewritten", "started", "stopped", "removed"):
        for user_id in getattr(found, what):
            print(f"{what}: bot-{user_id}")
    for user_id, reason in found.failed.items():
        print(f"failed: bot-{user_id}: {reason}")
    if found.is_clean:
        print("Everything matches the database")
    return 1 if found.failed else 0


async def check(control: ControlPlane, _arguments: argparse.Namespace) -> int:
    invalid = await asyncio.to_thread(find_invalid_programs, control.installation)
    for path, reason in invalid.items():
        print(f"{path}: {reason}")
    if not invalid:
        print(f"All program files in {control.installation.programs} are valid")
    return 1 if invalid else 0


async def rotate_key(control: ControlPlane, _arguments: argparse.Namespace) -> int:
    settings = load_installed_settings(control.installation.root)
    rotation = KeyRotation(
        control.installation,
        control.database,
        control.vault,
        settings.qdrant_secret,
        settings.embedding_secret,
    )
    key = settings.secret_key
    print(
        "Encrypting all secrets with a new key while the bots keep running. "
        f"This takes about {GRACE_SECONDS:.0f} seconds"
    )
    found = await rotation.rotate(key.get_secret_value() if key else None)
    for name in found.unreadable:
        print(f"left unchanged, no key decrypts it: {name}", file=sys.stderr)
    print(f"Re-encrypted: {found.secrets} secrets in the database, {found.files} credentials")
    if key:
        print("SECRET_KEY is set, so its first key is used. To rotate, put a new key before it")
    return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return 0 for success, 1 for a failure, 78 for an invalid setting."""
    parsed = _make_parser().parse_args(arguments)
    try:
        return asyncio.run(_run(parsed.command, parsed))
    except SettingsError as error:
        print(f"tgrag: {error}", file=sys.stderr)
        return ExitCode.MISCONFIGURED
    except (MasterError, OSError) as error:
        print(f"tgrag: {error or type(error).__name__}", file=sys.stderr)
        return 1
    except PeeweeException as error:
        print(f"tgrag: the database: {error}", file=sys.stderr)
        return 1


async def _run(command: Command, arguments: argparse.Namespace) -> int:
    state_dir = (arguments.state_dir or _find_state_dir()).resolve()
    become_owner(state_dir)
    settings = load_installed_settings(state_dir)
    async with open_control_plane(settings, called_by_owners=False, migrating=False) as control:
        return await command(control, arguments)


def _find_state_dir() -> Path:
    return Path(os.environ.get("STATE_DIR") or default_state_dir())


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tgrag", description="Manage the bots of a running installation."
    )
    parser.add_argument(
        "--state-dir",
        type=Path,
        help="folder of the installation's data (default: STATE_DIR or var)",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, command: Command, text: str, *, user: bool = False
    ) -> argparse.ArgumentParser:
        subparser = commands.add_parser(name, help=text, description=text)
        subparser.set_defaults(command=command)
        if user:
            subparser.add_argument("user_id", type=int, metavar="USER", help="Telegram id")
        return subparser

    add("status", show_status, "show all bots")
    add("debug", debug, "diagnose a bot and show its last log lines", user=True)
    add("start", start, "start a bot and restart it whenever it exits", user=True)
    add("stop", stop, "stop a bot until you start it again", user=True)
    add("restart", restart, "restart a bot", user=True)
    add("delete", delete, "delete a bot and its documents", user=True).add_argument(
        "--yes", action="store_true", help="really"
    )
    add("rotate-key", rotate_key, "create a new key and re-encrypt every secret with it")
    add("reconcile", reconcile, "make what runs match the database")
    add("check", check, "check the program files the way supervisord reads them")
    return parser


def _describe(status: BotStatus) -> str:
    facts = [f"bot-{status.card.user_id}", f"@{status.card.username}", status.state]
    if status.pid:
        facts.append(f"pid {status.pid}, up {status.uptime or 0:.0f} s")
    if status.state == "RUNNING" and not status.is_ready:
        facts.append("not ready")
    if status.restarts:
        facts.append(f"restarts {status.restarts}")
    if status.library:
        facts.append(f"documents {status.library.documents}")
    if status.confined is False:
        facts.append("not confined: the kernel has no Landlock")
    if status.problem:
        facts.append(f"problem {status.problem.condition}")
    return "  ".join(facts)


def _print_diagnosis(found: Diagnosis) -> None:
    print(f"state: {found.state}")
    print(f"pid: {found.pid or '-'}")
    print(f"exit status: {'-' if found.exit_code is None else found.exit_code}")
    print(f"spawn error: {found.spawn_error or '-'}")
    print(f"condition: {found.condition or '-'} {found.detail}".rstrip())
    print(f"restarts: {found.restarts}")
    for name, tail in (("stdout", found.stdout), ("stderr", found.stderr)):
        print(f"--- {name}")
        if tail:
            print(tail)


if __name__ == "__main__":
    sys.exit(main())
