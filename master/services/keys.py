"""Finds keys in messages. Services agree on no form, so only what cannot be a key is left out."""

import re

from personal_bot.contract import JWT_FORM, KEY_FORM, is_hex, looks_random

_KNOWN = re.compile(rf"(?:{KEY_FORM}|{JWT_FORM})(?![\w-])")
_OPENAI = re.compile(r"(?:sk|sess)-[A-Za-z0-9_-]{7,512}")
_SHORTEST_HEX = 32
_QUOTES = "\"'`“”„«»‘’<>()[]{},;"
# OPENAI_API_KEY=…, "api_key": "…", and a key after a space
_LABEL = re.compile(r"[\w-]*(?:key|token|ключ|токен)[\"']?[=:]+(?=.)", re.IGNORECASE)
_LABELLED = re.compile(r"(?:key|token|ключ|токен)[\"'»]?\s*[=:]\s*(\S+)\s*\Z", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[a-z][a-z0-9+.-]*://.*|www\..*|[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}/.*|.*@.*", re.IGNORECASE
)
_TOKEN_BEGIN = re.compile(r"\d{5,}:.*")
_VISIBLE = re.compile(r"[!-~]{1,2048}")


def find_key(text: str) -> str | None:
    """Return the first key of a known form: with a known prefix, a JWT, or hexadecimal."""
    if known := _KNOWN.search(text):
        return known[0]
    words = _split(text)
    return next(
        (word for word in words if len(word) >= _SHORTEST_HEX and _is_mixed_hex(word)), None
    )


def read_key(text: str) -> str | None:
    """Return the key in a message that should hold one, or None if nothing in it can be one.

    That is a key of a known form, the only word that seems drawn by lot, the word after "key:", or
    else the only word.
    """
    if known := find_key(text):
        return known
    words = _split(text)
    random = [word for word in words if looks_random(word)]
    if len(random) != 1 and (labelled := _LABELLED.search(text)):
        words = _split(labelled[1])
    [word] = random if len(random) == 1 else words if len(words) == 1 else [""]
    return word if _can_be_key(word) else None


def is_openai_key(key: str) -> bool:
    """Tell whether a key has the form of OpenAI's own."""
    return bool(_OPENAI.fullmatch(key))


def can_be_sent(key: str) -> bool:
    """Tell whether a key fits into a header of a request."""
    return bool(_VISIBLE.fullmatch(key))


def _split(text: str) -> list[str]:
    words = (_bare(word) for word in text.split())
    return [word for word in words if word]


def _bare(word: str) -> str:
    """Return a word without quotes, the full stop of a sentence, and a label before it."""
    word = word.strip(_QUOTES).rstrip(".").strip(_QUOTES)
    label = _LABEL.match(word)
    return word[label.end() :].strip(_QUOTES) if label else word


def _is_mixed_hex(word: str) -> bool:
    return is_hex(word) and bool(re.search(r"\d", word))


def _can_be_key(word: str) -> bool:
    return (
        can_be_sent(word)
        and bool(re.search(r"[A-Za-z0-9]", word))
        and not word.startswith("/")
        and not word.endswith("?")
        and not _ADDRESS.fullmatch(word)
        and not _TOKEN_BEGIN.fullmatch(word)
    )
