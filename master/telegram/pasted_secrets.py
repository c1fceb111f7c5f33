"""Detection of secrets in a message: a token in BotFather's reply, a key within a sentence."""

import re
from dataclasses import dataclass, field

from master.services.bot_tokens import TOKEN
from master.services.openai_keys import KEY

# A secret that is truncated or mistyped, however little of it is left, is not for the chat.
_NEARLY = re.compile(
    r"\d{5,}:\S"
    r"|\d{5,} ?: ?[\w-]{20,}"
    r"|(?<![\w-])sk-\S+"
    r"|\A\s*(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_-]{24,}\s*\Z"
)


@dataclass(frozen=True)
class PastedSecrets:
    """The secrets found. `suspicious` is also true if only a part of one was found."""

    token: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    suspicious: bool = False


def find_secrets(text: str) -> PastedSecrets:
    """Return the first token and the first key in `text`."""
    token, key = TOKEN.search(text), KEY.search(text)
    return PastedSecrets(
        token=token[0] if token else None,
        key=key[0] if key else None,
        suspicious=bool(token or key or _NEARLY.search(text)),
    )
