"""The replies of the stand-in for a chat model: quotes with citations, or that nothing fits."""

import math
from collections import Counter
from dataclasses import replace

from deploy.sandbox.conversations import Inquiry, Passage
from deploy.sandbox.notes import take_notes, write_notes
from deploy.sandbox.quotes import Quote, cite, split_sentences
from deploy.sandbox.words import (
    find_salient_words,
    find_stems,
    find_words,
    fold,
    is_russian,
)

MAX_QUOTES = 3
MAX_ANSWERS = 12  # to a question about everything that is read
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


def complete(inquiry: Inquiry) -> str:
    """Return the complete reply to a request, in the language of its question."""
    if inquiry.task == "question" and not inquiry.notes:
        return write_notes(_choose_quotes(inquiry, MAX_ANSWERS))
    if inquiry.task:
        return take_notes(inquiry)
    return _rewrite(inquiry) if inquiry.wants_rewriting else _answer(inquiry)


def _answer(inquiry: Inquiry) -> str:
    inquiry = _understand(inquiry)
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
    return "\n".join(cite(quote) for quote in quotes)


def needs_search(inquiry: Inquiry) -> bool:
    """Tell whether a question about documents is not answered by the passages given."""
    if inquiry.wants_rewriting or inquiry.pictures or _is_courtesy(inquiry.own_words):
        return False
    inquiry = _understand(inquiry)
    return bool(find_salient_words(inquiry.question)) and not _choose_quotes(inquiry)


def _understand(inquiry: Inquiry) -> Inquiry:
    """Complete a follow-up that nobody has rewritten from the conversation."""
    if inquiry.question != inquiry.own_words:
        return inquiry
    return replace(inquiry, question=_rewrite(inquiry))


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
        Quote(passage.number, sentences[0], 0.0)
        for passage in passages[:MAX_QUOTES]
        if (sentences := split_sentences(passage.text))
    ]
    return "\n".join([_BEGINNING[russian], *map(cite, quotes)])


def _choose_quotes(inquiry: Inquiry, most: int = MAX_QUOTES) -> list[Quote]:
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
    quotes: dict[str, Quote] = {}
    for passage in passages:
        if sum(weights[stem] for stem in held[passage.number] & asked) < _ENOUGH * whole:
            continue
        for sentence in split_sentences(passage.text):
            said = asked.intersection(find_stems(sentence))
            score = sum(weights[stem] for stem in said)
            if said & needed and sentence not in quotes:
                quotes[sentence] = Quote(passage.number, sentence, score)
    ranked = sorted(quotes.values(), key=lambda quote: -quote.score)[:most]
    return [quote for quote in ranked if quote.score >= _NEARLY_BEST * ranked[0].score]
