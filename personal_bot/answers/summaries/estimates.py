"""What reading whole documents will take, before it is begun."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from personal_bot.openai.client import Models

PARALLEL = 3  # requests at once, while windows are read
NOTE_TOKENS = 700  # of a reply
INSTRUCTION_TOKENS = 500
SECONDS = 12.0  # of a request, roughly

# US dollars per million tokens, sent and received (developers.openai.com/api/docs/pricing, 2026).
_PRICES = {"gpt-5.4-mini": (0.75, 4.50)}
_PRICED_AT = "api.openai.com"


@dataclass(frozen=True)
class Estimate:
    """`tokens` are sent and received; `dollars` is None if the price is not known."""

    requests: int
    tokens: int
    seconds: float
    dollars: float | None


def count_merges(notes: int, budget: int) -> int:
    """Return the number of requests that merge notes, in rounds, until one is left."""
    group = max(2, budget // NOTE_TOKENS)
    merges = 0
    while notes > 1:
        full, rest = divmod(notes, group)
        merges += full + (rest > 1)
        notes = full + (rest > 0)
    return merges


def estimate(unread: Sequence[int], merged: int, budget: int, models: Models) -> Estimate:
    """Estimate reading windows of `unread` tokens each, and then merging `merged` notes."""
    merges = count_merges(merged, budget)
    requests = len(unread) + merges
    sent = (
        sum(unread) + requests * INSTRUCTION_TOKENS + (merged + merges) * NOTE_TOKENS * (merges > 0)
    )
    received = requests * NOTE_TOKENS
    price = _find_price(models)
    return Estimate(
        requests,
        sent + received,
        (math.ceil(len(unread) / PARALLEL) + merges) * SECONDS,
        (sent * price[0] + received * price[1]) / 1_000_000 if price else None,
    )


def _find_price(models: Models) -> tuple[float, float] | None:
    if urlsplit(models.openai_base_url).hostname != _PRICED_AT:
        return None
    return _PRICES.get(models.chat_model)
