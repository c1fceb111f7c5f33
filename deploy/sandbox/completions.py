"""The replies of the stand-in for a chat model: quotes with citations, or that nothing fits."""

import math
import re
from collections import Counter
from dataclasses import dataclass

from deploy.sandbox.conversations import Inquiry, Passage
from deploy.sandbox.words import (
    find_salient_words,
    find_stems,
    find_words,
    fold,
    is_russian,
)

MAX_QUOTES = 3
MAX_QUOTE_CHARACTERS = 400
#: A passage is quoted if it contains at least this share of the weight of the question's words.
_ENOUGH = 0.4
#: Further quotes need at least this share of the best score.
_NEARLY_BEST = 0.6
#: Words that mark a follow-up question: pronouns anywhere in it, or an opening as first word.
_PRONOUNS = """
он она оно они его ее их ему ей им нем ней них it its they them their he she his her
"""
_OPENINGS = "а и еще тогда and then also"
_COURTESIES = """
привет здравствуй здравствуйте добрый день вечер спасибо большое благодарю ок хорошо
hello hi hey good morning evening thanks thank you very much ok okay
"""
_LEANING_WORDS = frozenset(_PRONOUNS.split())
_OPENING_WORDS = frozenset(_OPENINGS.split())
_COURTEOUS_WORDS = frozenset(_COURTESIES.split())
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])\s+(?=[\"«(\[]?[A-ZА-ЯЁ0-9])"
    r"|\n\s*\n"
    r"|\n(?=\s*(?:[-•*|\d]|[^\n.]+: ))"  # a list item, or a table row such as "Item: ladders"
)

_NOTHING_FITS = {
    True: "В этих документах я не нашёл ответа на ваш вопрос.",
    False: "I found nothing in these documents that answers your question.",
}
_STAND_IN = {
    True: (
        "Я — учебная замена языковой модели: сама ничего не сочиняю, "
        "а только цитирую переданные мне фрагменты документов."
    ),
    False: (
        "I am a stand-in for a language model: I make nothing up, "
        "I only quote passages of documents that are given to me."
    ),
}
_BLIND = {
    True: (
        "Я — учебная замена языковой модели и картинок не вижу: "
        "читаю только описание в самом файле, а здесь его нет."
    ),
    False: (
        "I am a stand-in for a language model and cannot see pictures: "
        "I only read the description in the file, and there is none here."
    ),
}
_BEGINNING = {True: "Вот с чего начинаются найденные фрагменты:", False: "The passages begin so:"}


@dataclass(frozen=True)
class _Quote:
    number: int
    text: str
    score: float


def complete(inquiry: Inquiry) -> str:
    """Return the complete reply to a request, in the language of its question."""
    if inquiry.wants_rewriting:
        return _rewrite(inquiry)
    russian = is_russian(inquiry.question)
    if inquiry.pictures and not inquiry.passages:
        return "\n\n".join(filter(None, inquiry.pictures)) or _BLIND[russian]
    if not inquiry.passages or _is_courtesy(inquiry.own_words):
        return _STAND_IN[russian]
    if not find_salient_words(inquiry.question):
        return _begin(inquiry.passages, russian)
    quotes = _choose_quotes(inquiry)
    if not quotes:
        return _NOTHING_FITS[russian]
    return "\n".join(_cite(quote) for quote in quotes)


def needs_search(inquiry: Inquiry) -> bool:
    """Tell whether a question about documents is not answered by the passages given."""
    if inquiry.wants_rewriting or inquiry.pictures or _is_courtesy(inquiry.own_words):
        return False
    return bool(find_salient_words(inquiry.question)) and not _choose_quotes(inquiry)


def _rewrite(inquiry: Inquiry) -> str:
    """Complete a follow-up with salient words of an earlier question in the same language.

    Any other question is returned unchanged.
    """
    if _is_courtesy(inquiry.question) or not _leans(inquiry.question):
        return inquiry.question
    known, russian = set(find_stems(inquiry.question)), is_russian(inquiry.question)
    for earlier in reversed(inquiry.earlier):
        if is_russian(earlier) != russian:
            continue
        words = find_salient_words(earlier)
        missing = [word for word in words if not known.intersection(find_stems(word))]
        if len(words) > 1 and missing:
            return " ".join([*missing, inquiry.question])
    return inquiry.question


def _leans(question: str) -> bool:
    words = [fold(word) for word in find_words(question)]
    return (
        not find_salient_words(question)
        or words[0] in _OPENING_WORDS
        or not _LEANING_WORDS.isdisjoint(words)
    )


def _is_courtesy(text: str) -> bool:
    words = {fold(word) for word in find_words(text)}
    return bool(words) and words <= _COURTEOUS_WORDS


def _begin(passages: list[Passage], russian: bool) -> str:
    quotes = [
        _Quote(passage.number, sentences[0], 0.0)
        for passage in passages[:MAX_QUOTES]
        if (sentences := _split(passage.text))
    ]
    return "\n".join([_BEGINNING[russian], *map(_cite, quotes)])


def _choose_quotes(inquiry: Inquiry) -> list[_Quote]:
    """Return the best sentences of the passages that match the question well enough, best first."""
    passages, own = inquiry.passages, set(find_stems(inquiry.own_words))
    asked = {stem for word in find_salient_words(inquiry.question) for stem in find_stems(word)}
    needed = asked & own or asked  # words of the earlier question alone are no match
    held = {passage.number: set(find_stems(passage.text)) for passage in passages}
    spread = Counter(stem for stems in held.values() for stem in stems & asked)
    # A word weighs more if few passages contain it, and if it is in the person's own question
    # instead of the earlier one.
    weights = {
        stem: (2 if stem in own else 1)
        * (1 + math.log((1 + len(passages)) / (1 + spread[stem])) / 2 if spread[stem] else 1.0)
        for stem in asked
    }
    whole = sum(weights.values())
    quotes: dict[str, _Quote] = {}
    for passage in passages:
        if sum(weights[stem] for stem in held[passage.number] & asked) < _ENOUGH * whole:
            continue
        for sentence in _split(passage.text):
            said = asked.intersection(find_stems(sentence))
            score = sum(weights[stem] for stem in said)
            if said & needed and sentence not in quotes:
                quotes[sentence] = _Quote(passage.number, sentence, score)
    ranked = sorted(quotes.values(), key=lambda quote: -quote.score)[:MAX_QUOTES]
    return [quote for quote in ranked if quote.score >= _NEARLY_BEST * ranked[0].score]


def _split(text: str) -> list[str]:
    pieces = (" ".join(piece.split()) for piece in _SENTENCE_END.split(text))
    return [piece for piece in pieces if piece]


def _cite(quote: _Quote) -> str:
    text = quote.text
    if len(text) > MAX_QUOTE_CHARACTERS:
        text = text[:MAX_QUOTE_CHARACTERS].rsplit(" ", 1)[0] + "…"
    return f"«{text}» [{quote.number}]"
