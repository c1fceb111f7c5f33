"""Log lines: INFO to stdout, WARNING and worse to stderr, no secret in either."""

import logging
import sys

from personal_bot.contract import MaskingFilter

_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
# Libraries that tell every request, and with it addresses that hold a token.
_CHATTY = ("aiogram", "httpx", "httpx2", "httpcore", "openai", "haystack", "qdrant_client")


def set_up_logging(level: str = "INFO") -> None:
    """Configure the root logger; safe to call again, with another level or other streams."""
    ordinary = logging.StreamHandler(sys.stdout)
    ordinary.addFilter(lambda record: record.levelno < logging.WARNING)
    serious = logging.StreamHandler(sys.stderr)
    serious.setLevel(logging.WARNING)
    for handler in (ordinary, serious):
        handler.addFilter(MaskingFilter())
    logging.basicConfig(level=level, format=_FORMAT, handlers=[ordinary, serious], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
