"""Secrets in what a person sent: a token out of BotFather's message, a key out of a sentence."""

import re
from dataclasses import dataclass, field

from master.services.bot_tokens import TOKEN
from master.services.openai_keys import KEY

# A secret cut short or with a typing mistake is still most of a secret.
_NEARLY = re.compile(
    r"\d{5,}:\S{4,}"
    r"|(?<![\w-])sk-\S+"
    r"|\A\s*(?=\S*\d)(?=\S*[A-Za-z])[A-Za-z0-9_-]{24,}\s*\Z"
)


@dataclass(frozen=True)
class PastedSecrets:
    """What was found. `suspicious` also without a whole token or key: better deleted."""

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
