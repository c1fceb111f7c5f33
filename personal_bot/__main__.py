"""Run one owner's bot: `python -m personal_bot --state-dir STATE_DIR --user-id USER_ID`.

The token and the key come from the credentials file that the master wrote. To run a bot by hand,
pass `--bot-token` and `--openai-key` or, better, set BOT_TOKEN and OPENAI_API_KEY in the
environment, because `ps` shows command lines. The other settings are read from the environment or
from STATE_DIR/personal_bot.env: TELEGRAM_API_URL, OPENAI_BASE_URL, EMBEDDING_BASE_URL,
EMBEDDING_API_KEY, QDRANT_URL, QDRANT_API_KEY, CHAT_MODEL, EMBEDDING_MODEL, EMBEDDING_DIM,
EMBEDDING_QUERY_PREFIX, EMBEDDING_PASSAGE_PREFIX, MAX_DOCUMENTS, MAX_DOCUMENTS_MB, MAX_PASSAGES,
SUMMARY_WINDOW, SUMMARY_CONFIRM_TOKENS, LOG_LEVEL.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from functools import cache, partial
from pathlib import Path
from typing import NoReturn

_MISCONFIGURED = 78  # ExitCode.MISCONFIGURED; not imported, to report wrong arguments fast


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(_MISCONFIGURED, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None, on_ready: Callable[[], None] = lambda: None) -> int:
    """Run a bot until it ends; return its exit code. `on_ready` is called when it polls."""
    return prepare(argv)(on_ready)


def prepare(argv: Sequence[str] | None) -> Callable[[Callable[[], None]], int]:
    """Return a function that runs a bot with these arguments. Raises SystemExit for wrong ones."""
    options = create_parser().parse_args(argv)
    # Imported late, so that --help and errors in arguments are shown at once.
    from personal_bot.lifecycle import start  # noqa: PLC0415
    from personal_bot.settings import Arguments  # noqa: PLC0415

    return partial(start, Arguments(**vars(options)))


@cache
def create_parser() -> argparse.ArgumentParser:
    """Return the command-line parser; cached, so that the fork server creates one for all bots."""
    parser = _Parser(
        prog="python -m personal_bot",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--user-id", type=_user_id, required=True, help="Telegram ID of the owner")
    parser.add_argument(
        "--state-dir",
        type=Path,
        default=Path(os.environ.get("STATE_DIR") or "var"),
        help="where the bot keeps its files, under bots/USER_ID (default: STATE_DIR or var)",
    )
    parser.add_argument("--bot-token", help="use this instead of the stored credentials")
    parser.add_argument("--openai-key", help="use this instead of the stored credentials")
    parser.add_argument("--collection", help="name of the collection (default: user_USER_ID)")
    parser.add_argument("--qdrant-url", help="use a Qdrant server instead of the embedded index")
    return parser


def _user_id(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        message = f"{text!r} is not the ID of a Telegram user, which is a positive number"
        raise argparse.ArgumentTypeError(message)
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
