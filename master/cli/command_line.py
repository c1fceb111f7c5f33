"""Arguments, exit statuses and error messages of `tgrag`."""

import argparse
import asyncio
import logging
import os
import sys
import tomllib
from collections.abc import Awaitable, Callable, Sequence
from importlib import metadata
from pathlib import Path

from peewee import PeeweeException

from master import errors
from master.cli import changes, repairs, views
from master.cli.exit_status import ExitStatus
from master.control_plane import ControlPlane, open_control_plane
from master.installation.privileges import become_owner
from master.installation.state_dir import ROOT, Installation, default_state_dir
from master.settings_files import load_installed_settings
from master.supervision.programs import parse_program_name
from personal_bot.contract import put_in_words

Command = Callable[[ControlPlane, argparse.Namespace], Awaitable[ExitStatus]]

_EPILOG = """\
exit status:
  0   done
  1   failed; the message says why
  2   wrong arguments
  3   nothing is running, so it could not be done now
  78  a setting is wrong, or the folder holds no installation
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit status."""
    try:
        try:
            return _run(_make_parser().parse_args(arguments))
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read the output has left, as `head` does. Python must not flush it once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitStatus.OUTPUT_CLOSED


def _run(arguments: argparse.Namespace) -> int:
    logging.getLogger().addHandler(logging.NullHandler())  # the commands say what matters
    try:
        return asyncio.run(_execute(arguments.command, arguments))
    except errors.SettingsError as error:
        status, reason = ExitStatus.MISCONFIGURED, str(error)
    except errors.MasterError as error:
        status, reason = ExitStatus.FAILED, _explain(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        status, reason = ExitStatus.FAILED, _explain_os_error(error)
    except PeeweeException as error:
        status, reason = ExitStatus.FAILED, f"the database: {error}"
    print(f"tgrag: {reason}", file=sys.stderr)
    return status


async def _execute(command: Command, arguments: argparse.Namespace) -> ExitStatus:
    state_dir = getattr(arguments, "state_dir", None) or _find_state_dir()
    installation = Installation(state_dir.resolve())
    if not await asyncio.to_thread(installation.settings.exists):
        reason = f"{installation.root} holds no installation. Name its folder with --state-dir"
        raise errors.SettingsError("STATE_DIR", reason)
    become_owner(installation.root)
    settings = load_installed_settings(installation.root)
    async with open_control_plane(settings, called_by_owners=False, migrating=False) as control:
        return await command(control, arguments)


def _find_state_dir() -> Path:
    return Path(os.environ.get("STATE_DIR") or default_state_dir())


def _explain(error: errors.MasterError) -> str:
    match error:
        case errors.BotNotFoundError():
            return f"user {error.user_id} has no bot; `tgrag status` lists all bots"
        case errors.BotStartError():
            return f"{error}. `tgrag debug {error.user_id}` shows its log"
        case errors.SupervisorDeniedError():
            return (
                "supervisord rejects the password; restart everything with deploy/down, deploy/up"
            )
        case errors.SupervisorShuttingDownError():
            return "everything is just being stopped or restarted; try again in a few seconds"
        case errors.SupervisorUnreachableError():
            return f"supervisord does not respond: {error}"
        case _:
            return str(error) or type(error).__name__


def _explain_os_error(error: OSError) -> str:
    reason = str(put_in_words(error))
    if isinstance(error, PermissionError):
        return f"{reason}. Run it as root, or as the account that the bots run under"
    return reason


def _make_parser() -> argparse.ArgumentParser:
    formatter = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="tgrag",
        description="Show, diagnose and change the bots of an installation.",
        epilog=_EPILOG,
        formatter_class=formatter,
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {_read_version()}")
    where = argparse.ArgumentParser(add_help=False)
    for each in (parser, where):  # before the command or after it
        each.add_argument(
            "--state-dir",
            type=Path,
            metavar="DIR",
            default=argparse.SUPPRESS,
            help="folder of the installation's data (default: STATE_DIR, else var)",
        )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(
        name: str, command: Command, text: str, *, user: bool = False
    ) -> argparse.ArgumentParser:
        subparser = commands.add_parser(
            name, parents=[where], help=text, description=f"{text[0].upper()}{text[1:]}."
        )
        subparser.set_defaults(command=command)
        if user:
            subparser.add_argument(
                "user_id",
                type=_parse_user,
                metavar="USER",
                help="the owner's Telegram id, or the program's name, as in bot-123456789",
            )
        return subparser

    add("status", views.show_status, "list all bots")
    add("debug", views.debug, "say why a bot does not work, and show the end of its log", user=True)
    add("start", changes.start, "start a bot, now and after every restart of the server", user=True)
    add("stop", changes.stop, "stop a bot until it is started again; its owner is told", user=True)
    add("restart", changes.restart, "stop a bot and start it again", user=True)
    add(
        "delete", changes.delete, "delete a bot with its documents; its owner is told", user=True
    ).add_argument("--yes", action="store_true", help="do it; it cannot be undone")
    add("reconcile", repairs.reconcile, "make program files and processes match the database")
    add("check", repairs.check, "check the program files as supervisord reads them")
    add("rotate-key", repairs.rotate_key, "encrypt all tokens and keys with a new key")
    return parser


def _parse_user(text: str) -> int:
    user_id = int(text) if text.isdecimal() else parse_program_name(text)
    if user_id is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a Telegram id, such as 123456789")
    return user_id


def _read_version() -> str:
    """Return the version of the checkout, or of the installed wheel."""
    try:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return metadata.version("tg-bot-rag")
    return str(project["project"]["version"])
