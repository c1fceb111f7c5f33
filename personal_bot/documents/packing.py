"""Packs units into passages of about 120 words."""

from collections.abc import Sequence

from personal_bot.documents.converters.content import PASSAGE_CHARS, PASSAGE_WORDS
from personal_bot.documents.units import Cut, Unit, count_words
from personal_bot.index.passages import Span

OVERLAP = 20  # words of whole sentences, repeated if a paragraph is cut

_CUT_WEIGHT = 0.25  # of a better place for a cut, against a passage that is fuller by that share
_SHORT = 20  # words: a shorter rest is added to the passage before it
_STRETCH = 1.25  # a passage may be that much longer with such a rest


class Packer:
    """Takes the units of a section in order."""

    def __init__(self) -> None:
        self._units: list[Unit] = []
        self._spans: list[Span] = []
        self._repeated = 0  # of `_units`, from the start, that the last passage has, too
        self._words = 0  # of `_units`
        self._last_words = 0  # of the last passage

    def add(self, unit: Unit) -> None:
        while self._units and self._is_full(unit):
            self._cut(unit.cut)
        self._units.append(unit)
        self._words += unit.words

    def close_code(self, end: int) -> None:
        """Add the closing fence, which ends at `end`, to the last unit: it needs no tail then."""
        if self._units:
            self._units[-1] = self._units[-1]._replace(end=end, tail="")

    def finish(self) -> list[Span]:
        units, words = self._units, self._words
        if len(units) == self._repeated:
            return self._spans
        if (
            self._spans
            and words < _SHORT
            and words + self._last_words <= PASSAGE_WORDS * _STRETCH
            and units[-1].end - self._spans[-1].start <= PASSAGE_CHARS * _STRETCH
        ):
            self._spans[-1] = self._spans[-1]._replace(end=units[-1].end, tail=units[-1].tail)
        else:
            self._close(units)
        return self._spans

    def _is_full(self, unit: Unit) -> bool:
        first = self._units[0]
        lead = count_words(first.lead)
        return (
            lead + self._words + unit.words > PASSAGE_WORDS
            or len(first.lead) + unit.end - first.start > PASSAGE_CHARS
        )

    def _cut(self, following: Cut) -> None:
        """Close a passage at the best place, and keep the units after it."""
        units = self._units
        if len(units) == self._repeated:
            self._keep([], 0)
            return
        cuts = [*(unit.cut for unit in units[1:]), following]
        place, score, words = len(units), 0.0, 0
        for index, unit in enumerate(units, start=1):
            words += unit.words
            cut = cuts[index - 1]
            fullness = words / max(self._words, 1)
            if cut > Cut.NEVER and _CUT_WEIGHT * cut + fullness >= score:
                place, score = index, _CUT_WEIGHT * cut + fullness
        self._close(units[:place])
        repeated = 0
        if cuts[place - 1] is Cut.SENTENCE:
            repeated = _count_repeated(units[1:place])
        self._keep(units[place - repeated :], repeated)

    def _keep(self, units: list[Unit], repeated: int) -> None:
        self._units = units
        self._repeated = repeated
        self._words = sum(unit.words for unit in units)

    def _close(self, units: Sequence[Unit]) -> None:
        first, last = units[0], units[-1]
        self._spans.append(Span(first.start, last.end, first.lead, last.tail))
        self._last_words = sum(unit.words for unit in units)


def _count_repeated(units: Sequence[Unit]) -> int:
    """Return how many sentences at the end are repeated in the next passage."""
    words = count = 0
    for unit in reversed(units):
        words += unit.words
        if words > OVERLAP:
            break
        count += 1
        if unit.cut is not Cut.SENTENCE:  # the paragraph begins here
            break
    return count
