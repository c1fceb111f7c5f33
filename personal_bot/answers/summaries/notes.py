"""Notes: what the model has written about a window, with citations that survive merging."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from personal_bot.answers.citations import check_citations
from personal_bot.answers.grammar import Mark, find_citations
from personal_bot.answers.streams import Reply
from personal_bot.answers.summaries.windows import Place, estimate_tokens

MOST_NUMBERS = 99  # that a citation can have, see `answers.grammar`
MOST_CITED = MOST_NUMBERS // 2  # places in one note, so that two notes can always be merged

_NOTHING = "nothing"


@dataclass(frozen=True)
class Note:
    """A text about passages: `[k]` in it cites `cited[k - 1]`. Empty if there is nothing to note.

    `versions` are the document versions that it was made from. `is_complete` is False if the model
    stopped early.
    """

    text: str
    cited: tuple[Place, ...] = ()
    versions: frozenset[str] = frozenset()
    is_complete: bool = True

    @property
    def tokens(self) -> int:
        return estimate_tokens(self.text)


def read_note(
    reply: Reply,
    places: Sequence[Place],
    texts: Sequence[str],
    versions: frozenset[str],
    most: int = MOST_CITED,
) -> Note:
    """Check the model's reply about numbered passages or notes; `[k]` in it cites `places[k - 1]`.

    `texts` are the texts of the places. At most `most` places remain cited.
    """
    checked = check_citations(reply.text, len(places), texts)
    if checked.text.strip(" .!*_\"'`").casefold() == _NOTHING:
        return Note("")
    cited = tuple(places[number - 1] for number in checked.numbers)
    is_complete = reply.finish_reason == "stop"
    return limit_sources(Note(checked.text, cited, versions, is_complete), most)


def renumber(note: Note, numbers: dict[Place, int]) -> str:
    """Return the text of a note with the citations that `numbers` gives to its places."""
    return _rewrite(note.text, lambda mark: [numbers[note.cited[n - 1]] for n in mark.numbers])


def list_places(notes: Iterable[Note]) -> list[Place]:
    """Return the places that notes cite, each once, in the order of the notes."""
    return list(dict.fromkeys(place for note in notes for place in note.cited))


def gather(notes: Sequence[Note], budget: int) -> list[list[Note]]:
    """Return groups of neighbours to be merged, of at most `budget` tokens but at least two notes.

    The places that a group cites can be numbered.
    """
    groups: list[list[Note]] = []
    for note in notes:
        group = [*groups[-1], note] if groups else [note]
        is_short = sum(one.tokens for one in group) <= budget
        fits = is_short and len(list_places(group)) <= MOST_NUMBERS
        if groups and (len(groups[-1]) < 2 or fits):
            groups[-1] = group
        else:
            groups.append([note])
    return groups


def limit_sources(note: Note, most: int) -> Note:
    """Let a note cite at most `most` places, and change nothing else in it.

    First, statements with several citations keep one of them, then the last places are no longer
    cited.
    """
    if len(note.cited) <= most:
        return note
    end = -1

    def keep_first(mark: Mark) -> Sequence[int]:
        nonlocal end
        follows, end = mark.start == end, mark.end
        return [] if follows else mark.numbers[:1]

    text = _rewrite(note.text, keep_first)
    fewer = check_citations(text, len(note.cited))
    cited = [note.cited[number - 1] for number in fewer.numbers]
    first = check_citations(fewer.text, most)  # numbered in the order of first use
    remaining = tuple(cited[number - 1] for number in first.numbers)
    return replace(note, text=first.text, cited=remaining)


def _rewrite(text: str, choose: Callable[[Mark], Sequence[int]]) -> str:
    """Return a text with other numbers in its citations."""
    parts: list[str] = []
    position = 0
    for mark in find_citations(text):
        parts += [text[position : mark.start], *(f"[{number}]" for number in choose(mark))]
        position = mark.end
    return "".join([*parts, text[position:]])
