"""Runs a bot from arguments to exit code, with logging, lock and reports."""

import logging
from collections.abc import Callable
from dataclasses import astuple, replace

from personal_bot.contract import BotFiles, Condition, ExitCode, StateFiles, register_secrets
from personal_bot.errors import StartError
from personal_bot.isolation.paths import confine
from personal_bot.process.lock import hold_lock
from personal_bot.process.logs import set_up_logging
from personal_bot.process.reports import remove_reports, report_exit
from personal_bot.settings import Arguments, configure
from personal_bot.storage.disk_space import is_disk_full_error

logger = logging.getLogger(__name__)


def start(arguments: Arguments, on_ready: Callable[[], None]) -> int:
    """Run a bot until it ends; return its exit code. The log and exit report give the reason."""
    set_up_logging()
    logger.info("Starting Personal Bot for user %d", arguments.user_id)
    try:
        files = prepare_home(arguments)
    except StartError as error:
        _say_end(arguments.user_id, error)
        return error.code
    try:
        with hold_lock(files.lock):
            restarts = remove_reports(files)
            reason = _run(arguments, on_ready, restarts)
            _report_end(files, reason)
    except StartError as error:
        # Another process holds the lock, so the reports belong to it.
        reason = error
    except OSError as error:
        reason = refuse_files(error)
    _say_end(arguments.user_id, reason)
    return ExitCode.STOPPED if reason is None else reason.code


def prepare_home(arguments: Arguments) -> BotFiles:
    """Create the bot's folders with mode 0700. Raises StartError."""
    files = StateFiles(arguments.state_dir).bot(arguments.user_id)
    try:
        for folder in (files.home, files.uploads):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise refuse_files(error) from error
    return files


def refuse_files(error: OSError) -> StartError:
    """Return the StartError for an unusable folder. After a full disk supervisord retries."""
    detail = f"{error.filename}: {error.strerror}"
    if is_disk_full_error(error):
        return StartError(Condition.DISK_FULL, ExitCode.CRASHED, detail)
    return StartError(Condition.MISCONFIGURED, ExitCode.MISCONFIGURED, detail)


def _run(arguments: Arguments, on_ready: Callable[[], None], restarts: int) -> StartError | None:
    """Return None if the bot was told to stop, otherwise the reason why it ended."""
    try:
        configuration = configure(arguments)
        set_up_logging(configuration.settings.log_level)
        register_secrets(filter(None, astuple(configuration.credentials)))
        locks = confine(configuration.files.home)
        configuration = replace(configuration, locks=locks, restarts=restarts)
        logger.info("Confined by %s", ", ".join(configuration.locks) or "nothing: an old kernel")
        # Last, because it takes time and memory: wrong settings are reported before it.
        from personal_bot.application import run  # noqa: PLC0415

        return run(configuration, on_ready)
    except StartError as error:
        return error
    except ImportError as error:
        logger.exception("Cannot import the bot")
        return StartError(Condition.IMPORT_FAILED, ExitCode.CRASHED, str(error))


def _report_end(files: BotFiles, reason: StartError | None) -> None:
    code, condition, detail = ExitCode.STOPPED, Condition.STOPPED, ""
    if reason is not None:
        code, condition, detail = reason.code, reason.condition, reason.detail
    try:
        report_exit(files, code, condition, detail)
    except OSError as error:
        logger.warning("Cannot write the exit report: %s", error)


def _say_end(user_id: int, reason: StartError | None) -> None:
    if reason is None:
        logger.info("Personal Bot for user %d stopped", user_id)
    elif reason.code is ExitCode.RENEWED:
        logger.info("Personal Bot for user %d exits to be replaced by a fresh fork", user_id)
    else:
        logger.error("Personal Bot for user %d stopped: %s", user_id, reason)
