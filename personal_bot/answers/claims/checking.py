"""Checks each claim of an answer against what it cites."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cached_property

from personal_bot.answers.claims import derivations, durations
from personal_bot.answers.claims.dates import Date
from personal_bot.answers.claims.facts import Fact, find_facts, list_keys, name_kind, only
from personal_bot.answers.claims.folding import blank, fold, squeeze
from personal_bot.answers.claims.grounds import Grounds
from personal_bot.answers.claims.names import (
    Name,
    is_cyrillic,
)
from personal_bot.answers.claims.quantity import Quantity
from personal_bot.answers.claims.quotations import Quotation
from personal_bot.answers.claims.splitting import Claim, split_claims
from personal_bot.answers.claims.unsupported import Unsupported
from personal_bot.answers.grammar import Mark, find_citations, is_copied
from personal_bot.answers.markdown import find_around, find_code

_SIGNS = re.compile(r"[*_~]")
_NUMBERING = re.compile(r"^[^\S\n]*(?:[#>]+[^\S\n]*)?[0-9]{1,3}[.)](?=[^\S\n])", re.MULTILINE)
_HAS_LANGUAGE = re.compile(r"[^\S\n]*(?:`{3,}|~{3,})[^\S\n]*[^\W\d_]")
_PHONE = re.compile(r"(?<![\w.,])[+(]?[0-9](?:[ ().-]{0,2}[0-9]){8,18}(?![0-9])")

_NEAR = 10  # sentences
_MOST_DERIVED = 200  # facts of an answer; one with more is no answer from its passages
_MOST = 60  # facts of a claim that others may follow from


def check_claims(
    answer: str, texts: Sequence[str], question: str = "", known: Sequence[str] = ()
) -> list[Unsupported]:
    """Return the numbers, dates, amounts, names and quoted words that what is cited does not say.

    `[n]` in the answer cites `texts[n - 1]`. `question` and `known`, such as the names of the
    documents and results of tools without a number, may be repeated in any claim. What follows by
    simple arithmetic, by counting or by rounding is supported, too.
    """
    return sorted(_Check(answer, texts, [question, *known]).run(), key=lambda found: found.start)


class _Check:
    def __init__(self, answer: str, texts: Sequence[str], free: Sequence[str]) -> None:
        self._answer = answer
        self._texts = texts
        self._said: dict[int, list[Fact]] = defaultdict(list)  # by the index of the claim
        self._first: dict[object, int] = {}  # where each fact is said, and supported, first
        self._free = Grounds(free)
        self._grounds: dict[int, Grounds] = {}
        citations = [mark for mark in find_citations(answer) if not _is_copied(answer, mark, texts)]
        self.claims = split_claims(answer, citations, len(texts))
        code = find_code(answer)
        blocks = [part for part in code if "\n" in answer[slice(*part)]]
        inline = [part for part in code if "\n" not in answer[slice(*part)]]
        hidden = [
            *((mark.start, mark.end) for mark in citations),
            *inline,
            *(part for part in blocks if _HAS_LANGUAGE.match(answer, part[0])),
            *(match.span() for match in _NUMBERING.finditer(answer)),
        ]
        self._text = _SIGNS.sub(" ", blank(answer, sorted(hidden)))
        self._codes = [
            Quotation(start, end, answer[start:end].strip("` "), is_code=True)
            for start, end in inline
        ]

    def run(self) -> Iterator[Unsupported]:
        """Look everything up that is said, then derive the rest from what was found."""
        missing: list[tuple[int, Fact]] = []
        for index, facts in enumerate(find_facts(self._text, self.claims, self._codes)):
            for fact in facts:
                if self._is_said(fact, index) or self._is_factor(fact):
                    self._keep(fact, index)
                else:
                    missing.append((index, fact))
        for tried, (index, fact) in enumerate(missing):
            follows = tried < _MOST_DERIVED and self._follows(fact, index)
            if follows or self._is_repeated(fact):
                self._keep(fact, index)
            else:
                yield self._report(fact, index)

    @cached_property
    def _folded(self) -> str:
        return fold(self._text)

    @cached_property
    def _is_cyrillic(self) -> bool:
        return is_cyrillic(self._text)

    @cached_property
    def _phones(self) -> list[tuple[int, int]]:
        return [match.span() for match in _PHONE.finditer(self._folded)]

    @cached_property
    def _counts(self) -> set[int]:
        return derivations.count_lists(self._answer)

    def _ground(self, index: int) -> Grounds:
        if index not in self._grounds:
            self._grounds[index] = Grounds([self._texts[index]])
        return self._grounds[index]

    def _is_said(self, fact: Fact, index: int) -> bool:
        cited = self._list_cited(fact, index)
        if self._says(fact, (*map(self._ground, cited), self._free)):
            return True
        is_prose = isinstance(fact, Name) or (isinstance(fact, Quotation) and not fact.is_code)
        return is_prose and self._is_translated(self._text[fact.start : fact.end], cited)

    def _is_factor(self, fact: Fact) -> bool:
        return isinstance(fact, Quantity) and derivations.is_factor(self._answer, fact)

    def _says(self, fact: Fact, grounds: Sequence[Grounds]) -> bool:
        match fact:
            case Quotation():
                return any(ground.says_words(fact) for ground in grounds)
            case Name():
                return any(ground.says_name(fact) for ground in grounds)
            case Date():
                years = frozenset[int]().union(*(ground.years for ground in grounds))
                return any(ground.says_date(fact, years) for ground in grounds)
            case Quantity():
                return any(ground.says_number(fact) for ground in grounds)

    def _list_cited(self, fact: Fact, index: int) -> tuple[int, ...]:
        """Return the indexes of the texts in which a fact has to be.

        A name may be in any that its paragraph cites, because sentences tell about the same person.
        Quoted sentences belong to the citation behind the last one.
        """
        claim = self.claims[index]
        if isinstance(fact, Name):
            return claim.around
        cited = set(claim.cited)
        for other in self.claims[index + 1 :] if fact.end > claim.end else ():
            if other.start >= fact.end:
                break
            cited.update(other.cited)
        return tuple(sorted(cited))

    def _is_translated(self, text: str, cited: Sequence[int]) -> bool:
        """Tell whether words are in the script of the answer, but what is cited is in another."""
        return is_cyrillic(text) is self._is_cyrillic and any(
            self._ground(place).is_cyrillic is not self._is_cyrillic for place in cited
        )

    def _keep(self, fact: Fact, index: int) -> None:
        if len(self._said[index]) < _MOST:
            self._said[index].append(fact)
        for key in list_keys(fact):
            self._first.setdefault(key, fact.start)

    def _is_repeated(self, fact: Fact) -> bool:
        """Tell whether an earlier claim says the same, and is supported."""
        keys = list_keys(fact)
        return any(self._first.get(key, fact.start) < fact.start for key in keys)

    def _follows(self, fact: Fact, index: int) -> bool:
        if isinstance(fact, Quantity):
            return self._is_computed(fact, index) or self._is_phone(fact, self.claims[index])
        if isinstance(fact, Date):
            near = self._list_near(index)
            said = [one for place in self.claims[index].cited for one in self._ground(place).dates]
            dates = [*only(Date, near), *said]
            return durations.is_reached(fact, dates, only(Quantity, near))
        return False

    def _is_computed(self, quantity: Quantity, index: int) -> bool:
        """Tell whether a number follows from others.

        The less it says by itself, the nearer these have to be: some two numbers of a long passage
        will always differ by 3.
        """
        if not quantity.values:
            return False
        claim = self.claims[index]
        said, near = self._said[index], self._list_near(index)
        own = only(Quantity, said)
        cited = [one for place in claim.cited for one in self._ground(place).quantities]
        is_result = derivations.is_result(self._folded, quantity.start, quantity.end)
        is_distinctive = derivations.is_distinctive(quantity)
        may_be_own = (
            is_result or is_distinctive or derivations.may_be_result(self._folded, quantity.start)
        )
        return (
            self._is_counted(quantity, claim)
            or durations.lasts(quantity, only(Date, said) or only(Date, near))
            or derivations.is_mean(quantity, self._folded[claim.start : claim.end], own)
            or (may_be_own and derivations.follows(quantity, own))
            or (is_distinctive and derivations.follows(quantity, only(Quantity, near)))
            or (is_distinctive and derivations.is_sum(quantity, self._sums))
            or derivations.is_change(quantity, own, cited)
            or (is_distinctive and is_result and derivations.adds_up(quantity, cited))
            or (is_distinctive and is_result and derivations.is_multiple(quantity, cited))
        )

    def _is_counted(self, quantity: Quantity, claim: Claim) -> bool:
        before = self._folded[claim.start : quantity.start]
        after = self._folded[quantity.end : claim.end]
        return not quantity.unit.family and derivations.counts_items(
            quantity, before, after, self._counts
        )

    @cached_property
    def _sums(self) -> frozenset[tuple[str, Decimal]]:
        """The sums of what is in the paragraphs, and in the columns of tables and lists."""
        paragraphs: dict[int, list[list[Quantity]]] = defaultdict(list)
        for index, facts in self._said.items():
            paragraphs[self.claims[index].paragraph].append(only(Quantity, facts))
        return frozenset().union(*map(derivations.sum_columns, paragraphs.values()))

    def _list_near(self, index: int) -> list[Fact]:
        """Return what the claims around this one say, in the same paragraph."""
        paragraph = self.claims[index].paragraph
        return [
            fact
            for near in range(max(0, index - _NEAR), min(len(self.claims), index + _NEAR + 1))
            if self.claims[near].paragraph == paragraph
            for fact in self._said[near]
        ]

    def _is_phone(self, quantity: Quantity, claim: Claim) -> bool:
        span = find_around(quantity.start, self._phones)
        if span is None:
            return False
        digits = squeeze(self._folded[slice(*span)])
        return any(self._ground(place).says_digits(digits) for place in claim.cited)

    def _report(self, fact: Fact, index: int) -> Unsupported:
        claim, cited = self.claims[index], self._list_cited(fact, index)
        others = (place for place in range(len(self._texts)) if place not in cited)
        return Unsupported(
            fact.start,
            fact.end,
            self._answer[fact.start : fact.end],
            name_kind(fact),
            self._answer[claim.start : claim.end],
            tuple(place + 1 for place in others if self._says(fact, [self._ground(place)])),
        )


def _is_copied(answer: str, mark: Mark, texts: Sequence[str]) -> bool:
    is_there = any(answer[mark.start : mark.end] in text for text in texts)
    return is_there and is_copied(answer, mark, texts)
