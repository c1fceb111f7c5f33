"""A stand-in for a personal bot that follows the contract and behaves as its script says.

The script is one word in the file `STATE_DIR/scripts/<user_id>`; without the file, the bot works.
It is read at every start and, by a working bot, on SIGUSR1.
"""

import argparse
import importlib
import os
import signal
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))  # the working directory is the checkout

from personal_bot.contract import (
    BotFiles,
    Condition,
    ExitCode,
    ExitReport,
    Report,
    StateFiles,
    read_credentials,
    read_key,
    write_exit_report,
    write_report,
)
from personal_bot.process.reports import remove_reports


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--user-id", type=int, required=True)
    arguments = parser.parse_args()
    state = StateFiles(arguments.state_dir)
    files = state.bot(arguments.user_id)
    token = read_credentials(files.credentials, read_key(state.key)).bot_token
    script_file = state.root / "scripts" / str(arguments.user_id)
    script = script_file.read_text() if script_file.exists() else "work"
    restarts = remove_reports(files)
    print(f"Starting Personal Bot for user {arguments.user_id}: {script}")

    if script == "die":
        print(f"cannot go on with {token}", file=sys.stderr)
        importlib.import_module("a_module_that_does_not_exist")
    if script == "refuse":
        return refuse(files)
    if script == "misread" and state.bot_settings.read_text() == "garbage":
        return ExitCode.MISCONFIGURED
    if script == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(stop(files)))
    if script == "tire":  # crash after the process has counted as RUNNING
        time.sleep(1.5)
        return ExitCode.CRASHED
    if script != "mute":
        write_report(files.report, Report(os.getpid(), time.time(), 3, 40, restarts=restarts))
    signal.signal(signal.SIGUSR1, lambda *_: None)
    while True:
        signal.pause()
        script = script_file.read_text()
        if script == "refuse":
            return refuse(files)
        if script == "leave":
            return stop(files)


def stop(files: BotFiles) -> int:
    end = ExitReport(os.getpid(), ExitCode.STOPPED, Condition.STOPPED, time.time(), "")
    write_exit_report(files.exit_report, end)
    return ExitCode.STOPPED


def refuse(files: BotFiles) -> int:
    print("TelegramUnauthorizedError: Unauthorized", file=sys.stderr)
    words = ExitReport(os.getpid(), ExitCode.REFUSED, Condition.TOKEN_REVOKED, time.time(), "")
    write_exit_report(files.exit_report, words)
    return ExitCode.REFUSED


if __name__ == "__main__":
    sys.exit(main())
