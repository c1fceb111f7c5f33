"""Judges whether words that a question shares with a document's name mention the document.

They must be as definite as a name, and stand where questions name documents: `in the lease`, `what
does the lease say`, but not `did they lease it` or `the Globex lease`. Doubt is no mention: to look
into the wrong document is worse than to look into all. `tests/unit/personal_bot/answers` has
questions with what they mean.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from personal_bot.answers.mentions.names import Name, NameWord, Word
from personal_bot.answers.mentions.words import Group

_QUOTED = re.compile(r"[\"“«„]([^\"”»“]+)[\"”»“]")
_PLURAL = re.compile(r"(?:[^s]s|ах|ях|ам|ям|ами|ями|ов|ев|ий)$")
_SINGULAR = re.compile(r"[аяыиеуюй]$")  # endings of feminine words
_ADJECTIVE = re.compile(
    r"[а-я]{3}(?:[ыио]й|[ое]го|[ое]му|[ыи]м|[ое]м|ая|яя|ую|юю|[ое]е|[ыи]е|[ыи]х)$"
)
_CYRILLIC = re.compile(r"[а-я]")
_CERTAIN = 3  # words of a name that need no proof by the words around them
_DATE_GAP = 2  # words between a kind and its date or number: `report for the 2019`


class Judgement(NamedTuple):
    """Whether words mention a document; `after` is the last word of a mention they depend on."""

    sure: bool
    after: int | None = None


_NO = Judgement(sure=False)


@dataclass(frozen=True)
class Phrase:
    """Words of a question, from `first` to `last`, that are in a name.

    `left` and `right` are the words beside them, articles and words like `file` left out, if they
    belong to the same clause. `is_set_apart` tells whether such a word, or quotation marks, show
    that this is the name of something.
    """

    words: Sequence[Word]
    name: Name
    first: int
    last: int
    left: int | None
    right: int | None
    has_determiner: bool
    is_set_apart: bool

    @cached_property
    def found(self) -> set[NameWord]:
        return set().union(*map(self.name.find, self.words[self.first : self.last + 1]))

    @property
    def hits(self) -> int:
        return len(self.found)

    @property
    def has_kind(self) -> bool:
        return not self.found.isdisjoint(self.name.kinds)

    @property
    def is_full(self) -> bool:
        return self.found.issuperset(self.name.telling)

    @property
    def is_russian(self) -> bool:
        return _CYRILLIC.search(self.words[self.first].text) is not None

    def has_left(self, *groups: Group) -> bool:
        return self.left is not None and self.words[self.left].is_one_of(*groups)

    def has_right(self, *groups: Group) -> bool:
        return self.right is not None and self.words[self.right].is_one_of(*groups)


def read_phrase(question: str, words: Sequence[Word], name: Name, first: int, last: int) -> Phrase:
    left, right = first - 1, last + 1
    while left >= 0 and words[left].is_one_of(Group.GENERIC) and not words[left + 1].breaks:
        left -= 1
    while right < len(words) and words[right].is_one_of(Group.GENERIC) and not words[right].breaks:
        right += 1
    is_set_apart = (left, right) != (first - 1, last + 1) or any(
        quoted.span(1) == (words[first].start, words[last].end)
        for quoted in _QUOTED.finditer(question)
    )
    beginning = left
    while left >= 0 and words[left].is_one_of(Group.DETERMINER) and not words[left + 1].breaks:
        left -= 1
    return Phrase(
        words,
        name,
        first,
        last,
        left if left >= 0 and not words[left + 1].breaks else None,
        right if right < len(words) and not words[right].breaks else None,
        left != beginning,
        is_set_apart,
    )


def judge(phrase: Phrase) -> Judgement:
    if (
        phrase.has_left(Group.INDEFINITE, Group.TOPIC)
        or _has_other_number(phrase)
        or _is_plural(phrase)
    ):
        return _NO
    if not phrase.has_kind:
        return Judgement(_is_title(phrase))
    if not _is_clean_left(phrase):
        return _NO
    if not _is_clean_right(phrase):
        return Judgement(phrase.is_full and phrase.hits >= _CERTAIN)
    if phrase.is_set_apart or _is_looked_into(phrase) or _is_asked_for(phrase):
        return Judgement(phrase.hits > 1 or _is_definite_kind(phrase))
    is_second = phrase.has_left(Group.CONJUNCTION) and not _is_definite(phrase)
    return Judgement(
        is_second or _is_definite(phrase),
        phrase.left - 1 if is_second and phrase.left is not None else None,
    )


def _is_title(phrase: Phrase) -> bool:
    """Return whether a name that tells no kind is mentioned: `in the file Moscow`."""
    is_long = len(phrase.name.telling) >= _CERTAIN and _is_looked_into(phrase)
    is_named = not phrase.found.isdisjoint(phrase.name.telling) and phrase.is_full
    return is_named and (phrase.is_set_apart or is_long)


def _is_definite(phrase: Phrase) -> bool:
    """Return whether several words of a name are one wherever they stand: `invoice 4711`."""
    if phrase.hits == 1:
        return False
    if any(word.is_number for word in phrase.words[phrase.first : phrase.last + 1]):
        return True
    return phrase.is_full if phrase.is_russian else phrase.has_determiner


def _is_definite_kind(phrase: Phrase) -> bool:
    """Return whether a kind alone is the document: `in the lease`.

    It tells little of a long name, and `в приказе об отпуске` may name another order.
    """
    is_definite = (
        phrase.is_russian
        or phrase.has_determiner
        or phrase.is_set_apart
        or _is_asked_for(phrase)
    )  # fmt: skip
    return (
        is_definite and not phrase.has_right(Group.OVER) and len(phrase.name.telling) < _CERTAIN - 1
    )


def _is_looked_into(phrase: Phrase) -> bool:
    """Return whether a preposition makes it a place: `in the lease`, `согласно уставу`."""
    if phrase.left is None or not phrase.has_left(Group.LOCATOR):
        return False
    is_plain_to = phrase.words[phrase.left].text == "to" and (
        phrase.left == 0 or phrase.words[phrase.left - 1].text != "according"
    )
    return not is_plain_to


def _is_asked_for(phrase: Phrase) -> bool:
    """Return whether a question is what a document says, or a task is to be done with it."""
    if phrase.right is not None and phrase.has_right(Group.SAYING):
        # `mentioned` would be said of it, not by it
        return not phrase.words[phrase.right].text.endswith("ed") or phrase.has_left(Group.TASK)
    return phrase.has_left(Group.TASK)


def _has_other_number(phrase: Phrase) -> bool:
    """Return whether a number beside a phrase is not in the name: `the 2019 report`."""
    right, words = phrase.last + 1, phrase.words
    while right < len(words) and right - phrase.last <= _DATE_GAP and not words[right].breaks:
        if not words[right].is_one_of(Group.DATING):
            break
        right += 1
    beside = [] if phrase.left is None else [words[phrase.left]]
    beside += [word for word in words[right : right + 1] if not word.breaks]
    return any(word.is_number and not phrase.name.find(word) for word in beside)


def _is_plural(phrase: Phrase) -> bool:
    """Return whether a phrase names several documents of a kind: `in the contracts`."""
    for word in phrase.words[phrase.first : phrase.last + 1]:
        kinds = phrase.name.find(word).intersection(phrase.name.kinds)
        if kinds and word.text not in phrase.name.texts:
            is_feminine = any(kind.text.endswith(("а", "я")) for kind in kinds)
            if _PLURAL.search(word.text) or (is_feminine and not _SINGULAR.search(word.text)):
                return True
    return False


def _is_clean_left(phrase: Phrase) -> bool:
    """Return whether no further word before a phrase tells the document from others."""
    if phrase.left is None or phrase.is_set_apart or phrase.has_determiner:
        return not phrase.is_russian or _is_no_adjective(phrase)
    if phrase.is_russian:
        return _is_no_adjective(phrase)
    return not phrase.words[phrase.left].stems or phrase.has_left(Group.LOCATOR, Group.TASK)


def _is_no_adjective(phrase: Phrase) -> bool:
    return phrase.left is None or _ADJECTIVE.search(phrase.words[phrase.left].text) is None


def _is_clean_right(phrase: Phrase) -> bool:
    """Return whether no further word after a phrase tells the document from others."""
    if phrase.right is None or phrase.is_set_apart:
        return True
    if phrase.has_right(Group.MODIFIER):
        return any(word.is_one_of(Group.COMPARISON) for word in phrase.words)
    return (
        phrase.has_right(
            Group.CONTINUATION, Group.DETERMINER, Group.LOCATOR, Group.SAYING, Group.COMPARISON
        )
        or phrase.has_left(Group.AUXILIARY)  # `does the lease …`: a verb must follow
        or _follows_question_word(phrase)
    )


def _follows_question_word(phrase: Phrase) -> bool:
    """Return whether the word after is what is asked for: `какая в договоре цена`."""
    if not phrase.left or not phrase.has_left(Group.LOCATOR):
        return False
    return phrase.words[phrase.left - 1].is_one_of(Group.QUESTION_WORD)
