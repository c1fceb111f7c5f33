"""What the owner thinks of answers, kept beside question, answer and sources.

The functions are queries, to be called through `Database.run`.
"""

import time
from typing import NamedTuple

from personal_bot.answers import conversations
from personal_bot.answers.sources import Source
from personal_bot.storage.models import Exchange, Rating


class RatedAnswer(NamedTuple):
    """The sources of an answer, and its rating, None if it has none."""

    sources: list[Source]
    rating: Rating | None


def rate(message_id: int, rating: Rating) -> RatedAnswer | None:
    """Rate the answer that a message shows, or take back the same rating.

    Returns None if the answer was forgotten or withdrawn.
    """
    exchange = conversations.find_exchange(message_id)
    if exchange is None:
        return None
    answer = conversations.find_answer(int(exchange.exchange_id))
    if answer is None:
        return None
    chosen = None if exchange.rating == rating else rating
    Exchange.update(rating=chosen or "", rated_at=time.time() if chosen else None).where(
        Exchange.exchange_id == exchange.exchange_id
    ).execute()
    return RatedAnswer(answer[1], chosen)


def find_rating(exchange_id: int) -> Rating | None:
    exchange = Exchange.get_or_none(Exchange.exchange_id == exchange_id)
    return Rating(exchange.rating) if exchange is not None and exchange.rating else None
