"""Logging: WARNING and above to stderr, the rest to stdout, both with secrets masked."""

import logging
import sys

from personal_bot.contract import LineFormatter, MaskingFilter

# Libraries that log every request, with URLs that contain a token.
_CHATTY = ("aiogram", "httpx", "httpx2", "httpcore", "openai", "haystack", "qdrant_client")


def set_up_logging(level: str = "INFO") -> None:
    """Configure the root logger; safe to call again with another level or other streams.

    Correct handlers are kept: a forked bot shares the fork server's handlers, whose descriptors
    are its own by then.
    """
    streams = [getattr(handler, "stream", None) for handler in logging.getLogger().handlers]
    if streams != [sys.stdout, sys.stderr]:
        _add_handlers()
    _set_level(logging.getLogger(), logging.getLevelNamesMapping()[level])
    for name in _CHATTY:
        _set_level(logging.getLogger(name), logging.WARNING)


def _add_handlers() -> None:
    ordinary = logging.StreamHandler(sys.stdout)
    ordinary.addFilter(lambda record: record.levelno < logging.WARNING)
    serious = logging.StreamHandler(sys.stderr)
    serious.setLevel(logging.WARNING)
    for handler in (ordinary, serious):
        handler.addFilter(MaskingFilter())
        handler.setFormatter(LineFormatter())
    logging.basicConfig(handlers=[ordinary, serious], force=True)


def _set_level(logger: logging.Logger, level: int) -> None:
    """Set a level that differs: setting one writes to every logger, 0.6 MB of a forked bot."""
    if logger.level != level:
        logger.setLevel(level)
