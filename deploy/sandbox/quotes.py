"""Quotes of passages: sentences with citations."""

import re
from dataclasses import dataclass

MAX_QUOTE_CHARACTERS = 400
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])\s+(?=[\"«(\[]?[A-ZА-ЯЁ0-9])"
    r"|\n\s*\n"
    r"|\n(?=\s*(?:[-•*|\d]|[^\n.]+: ))"  # a list item, or a table row such as "Item: ladders"
)


@dataclass(frozen=True)
class Quote:
    number: int
    text: str
    score: float = 0.0


def split_sentences(text: str) -> list[str]:
    pieces = (" ".join(piece.split()) for piece in _SENTENCE_END.split(text))
    return [piece for piece in pieces if piece]


def cite(quote: Quote) -> str:
    text = quote.text
    if len(text) > MAX_QUOTE_CHARACTERS:
        text = text[:MAX_QUOTE_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return f"«{text}» [{quote.number}]"
