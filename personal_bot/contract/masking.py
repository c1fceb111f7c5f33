"""Masks secrets where log lines are formatted, so that none reaches a log."""

import logging
import re
from collections import deque
from collections.abc import Iterable

from personal_bot.contract.log_lines import put_in_words
from personal_bot.contract.secret_forms import JWT_FORM, KEY_FORM, is_hex, looks_random

_SECRET = re.compile(
    # A bot token: id, colon, 35 characters; in a URL "bot" comes right before it.
    r"(?P<token>(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,})"
    rf"|(?P<key>{KEY_FORM})"
    rf"|(?P<jwt>{JWT_FORM})"  # also a Qdrant access token
    r"|(?P<fernet>\bgAAAA[\w-]{40,}=*)"
)
_LABELLED = re.compile(
    r"(?:key|token|secret|password|bearer|ключ|токен|секрет|пароль)"
    r"[\"'»]?\s*(?:[=:—]|is\b|это\b)\s*[\"'`«]?(?P<word>[\w+/=.~-]+)",
    re.IGNORECASE,
)

_SHORTEST = 8  # characters; shorter strings also occur in ordinary words
_SHORTEST_KEY = 20  # characters of a whole key; `sk-learn-extension` is not one
_SHORTEST_MESSAGE = 32  # characters of a key without a known form that is the whole message
_remembered: list[str] = []
_recent: deque[str] = deque(maxlen=100)


def register_secrets(secrets: Iterable[str]) -> None:
    """Mask these secrets from now on in this process, whatever their format."""
    known = {*_remembered, *(secret for secret in secrets if len(secret) >= _SHORTEST)}
    _remembered[:] = sorted(known, key=len, reverse=True)


def register_recent_secret(secret: str) -> None:
    """Mask a secret until a hundred others were registered so.

    A word of letters alone, or a number, is not masked: logs would become unreadable.
    """
    is_mixed = re.search(r"\d", secret) and re.search(r"[^\W\d]", secret)
    if len(secret) >= _SHORTEST and is_mixed and secret not in _recent:
        _recent.append(secret)


def mask_secrets(text: str) -> str:
    """Replace tokens and keys with their kind or first part, e.g. `123456:***`, `sk-***`."""
    text = _SECRET.sub(_mask, text)
    for secret in (*_remembered, *_recent):
        text = text.replace(secret, "***")
    return text


def holds_secret(text: str) -> bool:
    """Tell whether a text contains a complete secret, by stricter rules than those for masking.

    A key that could be an ordinary word, as local services accept them, is none in a text.
    """
    return (
        any(secret in text for secret in _remembered if re.search(r"\d", secret))
        or any(
            not match["key"] or (len(match[0]) >= _SHORTEST_KEY and re.search(r"\d", match[0]))
            for match in _SECRET.finditer(text)
        )
        or any(looks_random(match["word"]) for match in _LABELLED.finditer(text))
        or _is_key_alone(text.strip())
    )


def _is_key_alone(text: str) -> bool:
    """Tell whether a text is nothing but a key, and no number of a document such as an IBAN."""
    return looks_random(text, _SHORTEST_MESSAGE) and (
        is_hex(text) or bool(re.search("[a-z]", text) and re.search("[A-Z]", text))
    )


def _mask(match: re.Match[str]) -> str:
    if match["token"]:
        return match["token"].partition(":")[0] + ":***"
    if match["key"]:
        return match["prefix"] + "***"
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
    """Masks secrets and confines lines in the message and traceback of every record.

    Errors among the arguments of a message appear in words.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(map(put_in_words, record.args))
        record.msg = confine_lines(mask_secrets(record.getMessage()))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = confine_lines(mask_secrets(record.exc_text))
        return True
