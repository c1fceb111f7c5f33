"""Finds where a question mentions a document by its name: `in the 2023 report`, `по договору`.

Inflections and the order of words do not matter. But the words of a name are no mention yet: see
`judging`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from personal_bot.answers.mentions.judging import judge, read_phrase
from personal_bot.answers.mentions.names import (
    Name,
    NameWord,
    Word,
    begin,
    list_beginnings,
    read_name,
    read_words,
)
from personal_bot.answers.mentions.words import Group

_GAP = 2  # linking words within a mention


@dataclass(frozen=True)
class Mention:
    """The words from `first` to `last` of a question, of which `hits` are in a document's name.

    `sure` is False if they may mean something else. `after` is the word that ends the mention which
    this one continues (the lease *and the offer*): it is one only if that other is.
    """

    first: int
    last: int
    hits: int
    sure: bool
    after: int | None = None


class Question:
    """A question in which names are looked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.words = read_words(text)
        self._places: dict[str, list[int]] = {}
        for number, word in enumerate(self.words):
            self._places.setdefault(begin(word.text), []).append(number)

    def list_mentions(self, file_name: str) -> Iterator[Mention]:
        """Yield the words that the question shares with a name, and whether they mention it."""
        beginnings = list_beginnings(file_name) & self._places.keys()
        if not beginnings:
            return
        name = read_name(file_name)
        places = [place for beginning in beginnings for place in self._places[beginning]]
        for first, last in _list_runs(self.words, name, sorted(places)):
            phrase = read_phrase(self.text, self.words, name, first, last)
            judgement = judge(phrase)
            yield Mention(first, last, phrase.hits, judgement.sure, judgement.after)


def _list_runs(
    words: Sequence[Word], name: Name, places: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Yield first and last of words that are in a name, each once, with linking words between."""
    run: list[int] = []
    found: set[NameWord] = set()
    for place in places:
        new = name.find(words[place])
        if not new:
            continue
        if run and not (new - found and _is_linked(words, name, run[-1], place)):
            yield run[0], run[-1]
            run, found = [], set()
        run.append(place)
        found |= new
    if run:
        yield run[0], run[-1]


def _is_linked(words: Sequence[Word], name: Name, last: int, place: int) -> bool:
    """Return whether nothing but linking words stands between two words of a name."""
    return (
        place - last <= _GAP + 1
        and not any(word.breaks for word in words[last + 1 : place + 1])
        and all(
            word.is_one_of(Group.LINKING) or word.text in name.texts
            for word in words[last + 1 : place]
        )
    )
