"""Commands that show how bots are doing."""

import argparse
import asyncio
import os

from master.bots.diagnostics import Diagnosis
from master.bots.statuses import BotStatus
from master.cli import words
from master.cli.exit_status import ExitStatus
from master.control_plane import ControlPlane
from master.errors import SupervisorNotRunningError
from master.installation.disk_space import measure_disk_space
from master.supervision.logs import read_tail
from master.supervision.programs import program_name
from master.supervision.supervisor import ProcessState
from personal_bot.contract import read_exit_report

_HEADINGS = (
    *("PROGRAM", "USERNAME", "STATE", "PID", "LAUNCHER", "UPTIME", "RESTARTS", "DOCUMENTS"),
    "REMARKS",
)


async def show_status(control: ControlPlane, _arguments: argparse.Namespace) -> ExitStatus:
    running = True
    try:
        statuses = await control.manager.list_statuses()
    except SupervisorNotRunningError:
        running = False
        statuses = await control.next_start.list_statuses()
    if statuses:
        rows = [_describe(status, running=running) for status in statuses]
        print("\n".join(words.table(_HEADINGS, rows)))
    ready = sum(status.is_ready for status in statuses)
    print(f"{words.count(len(statuses), 'bot')}, {ready} running")
    disk_space = await asyncio.to_thread(measure_disk_space, control.installation.root)
    if disk_space.is_low:
        free, total = words.size(disk_space.free), words.size(disk_space.total)
        print(f"The disk is nearly full: {free} of {total} free")
    if running:
        return ExitStatus.DONE
    await asyncio.to_thread(words.say_not_running, control.installation)
    return ExitStatus.NOT_RUNNING


async def debug(control: ControlPlane, arguments: argparse.Namespace) -> ExitStatus:
    user_id = arguments.user_id
    card = await control.manager.get(user_id)
    wanted = "wanted running" if card.active else _describe_stop(card.stopped_by_operator)
    print(f"{program_name(user_id)}: @{card.username}, {wanted}")
    try:
        _print_diagnosis(await control.manager.diagnose(user_id))
    except SupervisorNotRunningError:
        await asyncio.to_thread(_print_last_run, control, user_id)
    return ExitStatus.DONE


def _describe(status: BotStatus, *, running: bool) -> tuple[str, ...]:
    remarks = []
    if not status.card.active:
        remarks.append(_describe_stop(status.card.stopped_by_operator))
    elif not running:
        remarks.append("runs from the next start on")
    elif status.state is ProcessState.STOPPED:
        remarks.append("stopped with supervisorctl, or not started yet")
    if status.state is ProcessState.RUNNING and not status.is_ready:
        remarks.append("not ready")
    if status.confined is False:
        remarks.append("not confined: the kernel has no Landlock")
    if status.problem:
        remarks.append(f"problem: {_in_words(status.problem.condition)}")
    return (
        program_name(status.card.user_id),
        f"@{status.card.username}",
        status.state if running else "DOWN",
        str(status.bot_pid or "-"),
        str(status.pid or "-"),
        "-" if status.uptime is None else words.duration(status.uptime),
        str(status.restarts),
        words.documents(status.library, is_current=status.is_ready),
        "; ".join(remarks) or "-",
    )


def _describe_stop(by_operator: bool) -> str:
    return f"stopped by {'an operator' if by_operator else 'its owner'}"


def _in_words(name: str) -> str:
    return name.replace("_", " ")


def _print_diagnosis(found: Diagnosis) -> None:
    _print_facts(
        ("state", found.state),
        ("PID of the bot", found.bot_pid),
        ("PID of its launcher", found.pid),
        ("exit status", found.exit_code),
        ("start error", found.spawn_error),
        ("condition", found.condition and _in_words(found.condition)),
        ("detail", found.detail),
        ("restarts", found.restarts),
    )
    _print_logs(found.stdout, found.stderr)


def _print_last_run(control: ControlPlane, user_id: int) -> None:
    """Print what the files tell: how the bot ended, and its log. Raises OSError."""
    words.say_not_running(control.installation, "This is what was left of the last run.")
    last = read_exit_report(control.installation.bot(user_id).exit_report)
    if last is not None:
        _print_facts(
            ("ended", words.moment(last.at)),
            ("exit status", last.code),
            ("condition", _in_words(last.condition)),
            ("detail", last.detail),
        )
    logs = control.programs.logs(user_id)
    _print_logs(read_tail(logs.stdout), read_tail(logs.stderr))


def _print_facts(*facts: tuple[str, object]) -> None:
    for name, value in facts:
        print(f"{name}: {'-' if value in {None, ''} else value}")


def _print_logs(stdout: str, stderr: str) -> None:
    for name, tail in (("stdout", stdout), ("stderr", stderr)):
        print(f"--- {name}", tail or "(empty)", sep=os.linesep)
