"""Groups what a search has found: repeated passages, and passages that touch each other.

A passage that says word by word the same as a better one is not returned itself, but named in
`meta["places"]` of the better one. Passages next to each other in a document become one longer
passage: `meta["index"]` is then the position of the best of them, and `meta["parts"]` has the
positions of all with their offsets, see `find_position`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from haystack import Document

from personal_bot.index.passages import passage_id
from personal_bot.index.sparse import fold

JOINED = 3  # passages in one, at most: a source of the answer is then still a short text

_WORD = re.compile(r"\w+")
_REPEATED = 1_000  # characters of a passage, at most, that stand in the one before it, too
_LINES = 2  # above a table or list
_SEEN = 8  # characters, at least, by which repeated text is known


def fold_duplicates(found: Iterable[Document]) -> list[Document]:
    """Return the first of all passages with the same words; signs and case do not count.

    Numbers do: two versions of a contract are not folded where they differ.
    """
    firsts: dict[tuple[str, ...], list[Document]] = {}
    for passage in found:
        firsts.setdefault(tuple(_WORD.findall(fold(passage.content or ""))), []).append(passage)
    return [_with_places(first, others) for first, *others in firsts.values()]


def _with_places(passage: Document, others: Sequence[Document]) -> Document:
    if not others:
        return passage
    return replace(passage, meta={**passage.meta, "places": [other.meta for other in others]})


def join_neighbours(found: Sequence[Document]) -> list[Document]:
    """Join passages under one heading that follow each other, in place of the best of them."""
    ranks = {_position(passage): rank for rank, passage in enumerate(found)}
    groups: list[list[Document]] = []
    for passage in sorted(found, key=_position):
        last = groups[-1] if groups else []
        if last and len(last) < JOINED and _follows(passage, last[-1]):
            last.append(passage)
        else:
            groups.append([passage])
    best = {id(group): min(group, key=lambda part: ranks[_position(part)]) for group in groups}
    groups.sort(key=lambda group: ranks[_position(best[id(group)])])
    return [_join(group, best[id(group)]) for group in groups]


def _position(passage: Document) -> tuple[str, int]:
    return passage.meta["version"], passage.meta["index"]


def _follows(passage: Document, before: Document) -> bool:
    version, index = _position(before)
    return (
        _position(passage) == (version, index + 1)
        and passage.meta["heading"] == before.meta["heading"]
    )


def _join(group: Sequence[Document], best: Document) -> Document:
    if len(group) == 1:
        return best
    text = ""
    pages: list[list[int | None]] = []
    parts: list[list[int]] = []
    for part in group:
        added = part.content or ""
        skipped = _find_repeated(text, added)
        if text and not (skipped and text.endswith(added[:skipped])):
            text += "\n"
        start = len(text) - skipped
        pages += [[max(len(text), start + offset), page] for offset, page in part.meta["pages"]]
        parts.append([len(text), part.meta["index"]])
        text += added[skipped:]
    places = [place for part in group for place in part.meta.get("places", ())]
    meta = {**best.meta, "pages": pages, "parts": parts} | ({"places": places} if places else {})
    (version, first), last = _position(group[0]), parts[-1][1]
    return replace(best, id=passage_id(version, first, last), content=text, meta=meta)


def _find_repeated(text: str, added: str) -> int:
    """Return how many characters at the beginning of a passage the one before it has, too.

    These are lines that stand above a whole table or list, and then the end of the text itself.
    """
    skipped = 0
    for _line in range(_LINES + 1):
        begin = added[skipped : skipped + _SEEN]
        at = text.find(begin, max(0, len(text) - _REPEATED)) if begin else -1
        while at >= 0:
            if added.startswith(text[at:], skipped):
                return skipped + len(text) - at
            at = text.find(begin, at + 1)
        end = added.find("\n", skipped) + 1
        if not end or added[skipped:end] not in text:
            break
        skipped = end
    return skipped
