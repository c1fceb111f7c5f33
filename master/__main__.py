"""Entry point of the master bot: `python -m master [--settings FILE]`.

Order of startup: settings → logging → database → dispatcher → reconciliation → polling. Exit codes:
0 for SIGTERM or SIGINT, 1 if the database cannot be used, 77 if Telegram refuses the token, 78 for
an invalid setting.
"""

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from peewee import PeeweeException

from master.application import open_application
from master.errors import SettingsError, TokenRevokedError
from master.first_completed import run_until_first_completed
from master.settings import Settings
from master.settings_files import load_settings
from personal_bot.contract import (
    ExitCode,
    LineFormatter,
    MaskingFilter,
    end_with_supervisord,
    register_secrets,
)

logger = logging.getLogger("master")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m master", description="The master bot.")
    parser.add_argument(
        "--settings", type=Path, help="settings file; environment variables take precedence"
    )
    options = parser.parse_args(arguments)
    end_with_supervisord()
    try:
        settings = load_settings(options.settings)
        configure_logging(settings.log_level)
        register_secrets(settings.list_secrets())
        for path in settings.installation.restrict_permissions():
            logger.warning("%s was readable by other accounts; restricted it", path)
        return asyncio.run(run(settings))
    except SettingsError as error:
        print(f"master: {error}", file=sys.stderr)  # noqa: T201 - logging may not be configured yet
        return ExitCode.MISCONFIGURED
    except PeeweeException as error:
        # supervisord restarts the master: a database server may come back.
        logger.error("Cannot use the database: %s", error)  # noqa: TRY400
        return ExitCode.CRASHED
    except TokenRevokedError:
        logger.error("Telegram rejects MASTER_BOT_TOKEN: get a new one from @BotFather")  # noqa: TRY400
        return ExitCode.REFUSED


def configure_logging(level: str) -> None:
    """Log warnings and errors to stderr, the rest to stdout; mask secrets in both."""
    output = logging.StreamHandler(sys.stdout)
    output.addFilter(lambda record: record.levelno < logging.WARNING)
    errors = logging.StreamHandler(sys.stderr)
    errors.setLevel(logging.WARNING)
    for handler in (output, errors):
        handler.addFilter(MaskingFilter())
        handler.setFormatter(LineFormatter())
    logging.basicConfig(level=level, handlers=[output, errors], force=True)
    # At INFO they log two lines per update, which are of no use later.
    for chatty in ("aiogram.event", "aiogram.middlewares"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


async def run(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code.

    Raises SettingsError, TokenRevokedError, peewee.PeeweeException.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_application(settings) as application:
        await run_until_first_completed(application.serve(), stop.wait())
    logger.info("Stopped")
    return ExitCode.STOPPED


if __name__ == "__main__":
    sys.exit(main())
