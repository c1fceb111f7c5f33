"""Which documents a question is about: those that the owner pinned, or those that it names."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from personal_bot.answers.mentions import Group, Mention, Question, Word
from personal_bot.documents.pins import list_pins
from personal_bot.storage.models import Document

MOST_NAMED = 5  # a question that seems to name more is about the library
_MOST_WORDS = 100  # a longer text has words of names by chance
_WRITTEN_OUT = 1_000  # hits of a file name that is written out
_WINDOW = 3  # words before a name that decide about it
_SERIAL = re.compile(r"[^\W\d_]{2,}[ _-]?\d{3,}")  # scan001, IMG_0042
_FILE_NAME = re.compile(r".+\.(?=\w*[^\W\d])\w{1,5}", re.DOTALL)  # lease.pdf, but not lease or v1.5
_CONTINUES = re.compile(r"[\w/-]|[.]\w")
_ASKS_WHERE = re.compile(
    r"\b(?:which|what|all|any|every|each|other)\s+(?:of\s+)?(?:(?:my|the|these)\s+)?"
    r"(?:documents?|files?)\b|\beverywhere\b"
    r"|\bwhere\b.*\b(?:mention|refer|appear)|\bгде\b.*\b(?:упомин|говорит|встреча)"
    r"|\b(?:как(?:ом|их|ие|ой)|всех|все|любом|других)\s+(?:моих\s+)?(?:документ|файл)|\bвезде\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Scope:
    """The documents that a question is about: their versions, and their names in order.

    `pinned` is True if nothing else may be searched; otherwise the question names them, and where
    they do not answer it, all documents may.
    """

    versions: frozenset[str]
    names: tuple[str, ...]
    pinned: bool


@dataclass(frozen=True)
class _Named:
    """A mention, and the versions of the documents that it names."""

    mention: Mention
    versions: frozenset[str]


def find_scope(
    question: str, pinned: Collection[str], documents: Iterable[tuple[str, str]]
) -> Scope | None:
    """Return the scope of a question, or None if it may be about any document.

    `pinned` are versions; `documents` are the (version, name) of all documents.
    """
    names = dict(documents)
    if chosen := names.keys() & set(pinned):
        return _make_scope(names, chosen, pinned=True)
    found = _find_named(question, names)
    return _make_scope(names, found, pinned=False) if found else None


def look_up_scope(question: str) -> Scope | None:
    """Return the scope of a question to the stored documents; a query for `Database.run`."""
    documents = [(str(row.sha256), str(row.name)) for row in Document.select()]
    return find_scope(question, [pin.version for pin in list_pins()], documents)


def _make_scope(names: Mapping[str, str], versions: Collection[str], *, pinned: bool) -> Scope:
    named = tuple(sorted(names[version] for version in versions))
    return Scope(frozenset(versions), named, pinned)


def _find_named(question: str, names: Mapping[str, str]) -> set[str]:
    """Return the versions of the documents that a question names; none in doubt."""
    if _ASKS_WHERE.search(question):
        return set()
    asked = Question(question)
    words = asked.words
    if len(words) > _MOST_WORDS or any(word.is_one_of(Group.WRITING) for word in words):
        return set()
    chosen = _find_written_out(question, words, names)
    if chosen is None:
        return set()
    mentions = [
        _Named(mention, frozenset({version}))
        for version, name in names.items()
        for mention in asked.list_mentions(name)
        if not any(_overlap(mention, other.mention) for other in chosen)
    ]
    for named in sorted(mentions, key=lambda named: -named.mention.hits):
        if not named.mention.sure or any(_overlap(named.mention, one.mention) for one in chosen):
            continue
        if any(_may_be_meant_instead(other, named) for other in mentions):
            return set()
        chosen.append(named)
    if _is_doubtful(words, [named.mention for named in chosen]):
        return set()
    return {version for named in chosen for version in named.versions}


def _find_written_out(
    question: str, words: Sequence[Word], names: Mapping[str, str]
) -> list[_Named] | None:
    """Return the mentions of file names and archives as they are written; None in doubt."""
    folded = question.lower()
    found: dict[tuple[int, int], set[str]] = {}
    doubtful = set()
    for version, name in names.items():
        archive, separator, _ = name.lower().partition("/")
        for written in _list_spellings(name.lower()):
            for place in _list_places(folded, written):
                if place in found and not (separator and written == archive):
                    doubtful.add(place)
                found.setdefault(place, set()).add(version)
    longest = [
        place
        for place in found
        if not any(
            other[0] <= place[0] and place[1] <= other[1] for other in found if other != place
        )
    ]
    if doubtful.intersection(longest):
        return None
    return [
        _Named(Mention(first, last, _WRITTEN_OUT, sure=True), frozenset(found[start, end]))
        for start, end in longest
        for first, last in [_span(words, start, end)]
    ]


def _list_spellings(name: str) -> set[str]:
    """Return what is written where a name is: with and without its folder, or its archive."""
    base = name.rpartition("/")[2]
    spellings = {one for one in (name, base, name.partition("/")[0]) if _FILE_NAME.fullmatch(one)}
    serial = base.rpartition(".")[0]
    return spellings | {serial} if _SERIAL.fullmatch(serial) else spellings


def _list_places(question: str, written: str) -> Iterator[tuple[int, int]]:
    start = question.find(written)
    while start >= 0:
        end = start + len(written)
        if not (_CONTINUES.match(question[start - 1 : start]) or _CONTINUES.match(question[end:])):
            yield start, end
        start = question.find(written, end)


def _span(words: Sequence[Word], start: int, end: int) -> tuple[int, int]:
    """Return the first and last word of a place in the question."""
    within = [number for number, word in enumerate(words) if start <= word.start < end]
    return (within[0], within[-1]) if within else (0, -1)


def _overlap(one: Mention, other: Mention) -> bool:
    return one.first <= other.last and other.first <= one.last


def _may_be_meant_instead(other: _Named, named: _Named) -> bool:
    return (
        other.versions != named.versions
        and _overlap(other.mention, named.mention)
        and other.mention.hits >= named.mention.hits
    )


def _is_doubtful(words: Sequence[Word], chosen: Sequence[Mention]) -> bool:
    """Return whether a question may be about more, or about other documents, than it names."""
    ends = {mention.last for mention in chosen}
    taken = {number for one in chosen for number in range(one.first, one.last + 1)}
    is_comparison = any(word.is_one_of(Group.COMPARISON) for word in words)
    return (
        (is_comparison and len(chosen) == 1)
        or len(chosen) > MOST_NAMED
        or any(mention.after is not None and mention.after not in ends for mention in chosen)
        or any(
            word.is_one_of(Group.EXCEPTION)
            for mention in chosen
            for word in words[max(0, mention.first - _WINDOW) : mention.first]
        )
        or any(
            _is_looked_up(words, number, taken)
            for number, word in enumerate(words)
            if number not in taken and word.is_one_of(Group.KIND)
        )
    )


def _is_looked_up(words: Sequence[Word], number: int, taken: Collection[int]) -> bool:
    """Return whether a question names a document of a kind that is none of those taken."""
    for before in range(number - 1, max(-1, number - 1 - _WINDOW), -1):
        if before in taken or words[before + 1].breaks:
            return False
        if words[before].is_one_of(Group.LOCATOR) or words[before].is_one_of(Group.CONJUNCTION):
            return True
    return False
