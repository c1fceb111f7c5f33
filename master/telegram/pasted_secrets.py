"""Detection of secrets in a message: a token in BotFather's reply, a key within a sentence."""

import re
from dataclasses import dataclass, field

from master.services.bot_tokens import TOKEN
from master.services.keys import find_key, read_key
from personal_bot.contract import looks_random

# A secret that is truncated or mistyped, however little of it is left, is not for the chat.
_NEARLY = re.compile(
    r"(?<!\d)\d{5,}:\S"
    r"|(?<!\d)\d{5,} ?: ?[\w-]{20,}"
    r"|(?<![\w-])(?:sk-|gsk_|xai-|pplx-|AIza)\S+"
    r"|\A\s*(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_+/=-]{24,}\s*\Z"
)
_KEY_COMMAND = re.compile(r"/key(?:@\w+)?\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True)
class PastedSecrets:
    """The secrets found. `suspicious` is also true if only a part of one was found."""

    token: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    suspicious: bool = False


def find_secrets(text: str, *, expects_key: bool = False) -> PastedSecrets:
    """Return the first token and the first key in `text`.

    If a key is expected, as after the command /key, the whole text counts as a secret, and the key
    may have any form.
    """
    command = _KEY_COMMAND.match(text)
    expects_key = bool(command) or (expects_key and not text.startswith("/"))
    token = TOKEN.search(text)
    key = read_key(text[command.end() :] if command else text) if expects_key else find_key(text)
    return PastedSecrets(
        token=token[0] if token else None,
        key=key,
        suspicious=bool(expects_key or token or key or _is_nearly_secret(text)),
    )


def _is_nearly_secret(text: str) -> bool:
    return bool(_NEARLY.search(text)) or any(map(looks_random, text.split()))
