"""The notes of the stand-in for a chat model when it reads a document in parts, and their merging.

A summary is the first sentences of passages from all of the part; dates and amounts are the
sentences that hold some. Merging keeps lines from all notes, each once.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from deploy.sandbox.conversations import Inquiry, Passage
from deploy.sandbox.quotes import Quote, cite, split_sentences

MAX_NOTES = 5  # lines about one part
MAX_FACTS = 12
MAX_MERGED = 20
NOTHING = "NOTHING"

_MONTHS = (
    "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|"
    "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
)
_DATE = re.compile(
    rf"\b\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{2,4}}\b|\b\d{{4}}-\d\d-\d\d\b|"
    rf"\b\d{{1,2}}\s+(?:{_MONTHS})|\b(?:{_MONTHS})[a-z]*\s+\d{{1,2}}\b|"
    r"\b(?:19|20)\d\d\b|\bdeadline|\bне позднее|\bсрок|\bwithin \d|\bdue\b",
    re.IGNORECASE,
)
_PARTY = re.compile(
    r"[$€£₽]|\b(?:usd|eur|rub|руб|dollars?|euros?|crowns?|рубл)|\b(?:llc|ltd|inc|gmbh|ооо|оао|ао|ип)\b|"
    r"\b(?:parties|party|tenant|landlord|buyer|seller|customer|supplier|"
    r"арендатор|арендодатель|заказчик|исполнитель|покупатель|продавец|сторон)",
    re.IGNORECASE,
)

Item = TypeVar("Item")


def take_notes(inquiry: Inquiry) -> str:
    """Return the reply to a request to read a part of a document, or to merge notes."""
    if inquiry.notes:
        lines = [line for note in inquiry.notes for line in note.splitlines() if line.strip()]
        return "\n".join(_spread(list(dict.fromkeys(lines)), MAX_MERGED)) or NOTHING
    match inquiry.task:
        case "dates":
            quotes = _find_facts(inquiry.passages, _DATE.search)
        case "parties":
            quotes = _find_facts(inquiry.passages, _PARTY.search)
        case _:
            quotes = _begin(inquiry.passages)
    return write_notes(quotes)


def write_notes(quotes: Sequence[Quote]) -> str:
    return "\n".join(f"- {cite(quote)}" for quote in quotes) or NOTHING


def _begin(passages: Sequence[Passage]) -> list[Quote]:
    sentences = [(one.number, split_sentences(one.text)) for one in passages]
    first = [Quote(number, pieces[0]) for number, pieces in sentences if pieces]
    return _spread(first, MAX_NOTES)


def _find_facts(passages: Sequence[Passage], is_fact: Callable[[str], object]) -> list[Quote]:
    facts = {
        sentence: Quote(passage.number, sentence)
        for passage in reversed(passages)
        for sentence in reversed(split_sentences(passage.text))
        if is_fact(sentence)
    }
    return _spread(list(facts.values())[::-1], MAX_FACTS)


def _spread(items: Sequence[Item], most: int) -> list[Item]:
    """Return at most so many items from all of a sequence, with the first one."""
    if len(items) <= most:
        return list(items)
    return [items[number * len(items) // most] for number in range(most)]
