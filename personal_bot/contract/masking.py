"""Masks secrets where log lines are formatted, so that none reaches a log."""

import logging
import re
from collections.abc import Iterable

_SECRET = re.compile(
    # A bot token: id, colon, 35 characters; in a URL "bot" comes right before it.
    r"(?P<token>\d{5,}:[A-Za-z0-9_-]{20,})"
    r"|(?P<key>\bsk-[A-Za-z0-9_-]{8,})"  # an OpenAI key, of a project or a user
    r"|(?P<jwt>\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"  # a Qdrant access token
    r"|(?P<fernet>\bgAAAA[\w-]{40,}=*)"
)


_SHORTEST = 8  # characters; shorter strings also occur in ordinary words
_SHORTEST_KEY = 20  # characters of a whole key; `sk-learn-extension` is not one
_remembered: list[str] = []


def register_secrets(secrets: Iterable[str]) -> None:
    """Mask these secrets from now on in this process, whatever their format."""
    known = {*_remembered, *(secret for secret in secrets if len(secret) >= _SHORTEST)}
    _remembered[:] = sorted(known, key=len, reverse=True)


def mask_secrets(text: str) -> str:
    """Replace tokens and keys with their kind or first part, e.g. `123456:***`, `sk-***`."""
    text = _SECRET.sub(_mask, text)
    for secret in _remembered:
        text = text.replace(secret, "***")
    return text


def holds_secret(text: str) -> bool:
    """Tell whether a text contains a complete secret, by stricter rules than those for masking."""
    return any(secret in text for secret in _remembered) or any(
        not match["key"] or (len(match[0]) >= _SHORTEST_KEY and re.search(r"\d", match[0]))
        for match in _SECRET.finditer(text)
    )


def _mask(match: re.Match[str]) -> str:
    if match["token"]:
        return match["token"].partition(":")[0] + ":***"
    if match["key"]:
        return "sk-***"
    return "***"


# Control characters, Unicode line separators, text direction marks, lone surrogates.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def confine_lines(text: str) -> str:
    """Escape control characters and indent all lines but the first.

    This keeps text from people or services from imitating a log record, or hiding one.
    """
    shown = _UNSEEN.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
    return shown.replace("\n", "\n    ")


class MaskingFilter(logging.Filter):
    """Masks secrets and confines lines in the message and traceback of every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = confine_lines(mask_secrets(record.getMessage()))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = confine_lines(mask_secrets(record.exc_text))
        return True
