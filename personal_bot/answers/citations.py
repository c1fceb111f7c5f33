"""Citations `[n]` in an answer: check them against the passages, renumber them, find quotes.

What is a citation is said in `grammar`; everything else in an answer stays as it is. A model may
cite a passage that does not exist; such a number is never shown to the owner.

Passages reach the model as they stand, with any brackets in them, and still no document can forge
a citation of another passage: a mark that is copied from a document is put in backticks. So it is
shown as it stands, but as code, unlike a citation. And it is code, hence no citation, for whoever
reads the checked answer later, without the passages.
"""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from personal_bot.answers.grammar import (
    MARK,
    Mark,
    find_citations,
    find_decided_end,
    is_copied,
)
from personal_bot.answers.markdown import find_around, find_code
from personal_bot.index.sparse import list_tokens

QUOTE_LENGTH = 300  # characters

_BACKTICKS = re.compile(r"`+")
_SPACES = " \t\u00a0\u202f"
_JOINER = "\u2060"  # an invisible character, to separate what is no markup
_MARKUP = re.compile(r"[`~#*+\d-]")
_MARKS_BEHIND = re.compile(rf"(?:\s*{MARK.pattern})+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])(?P<closing>[»”\")\]]*)\s+(?=[^\sа-яёa-z])|\n+")
# A line break in the middle of a sentence, as in PDF or plain text; not one after a heading or in
# a list or table.
_WRAPPED = re.compile(
    r"^([^\n|]{29,}[^\n|.!?…:;])\n(?!\d+[.)]\s|[^\n.]{1,40}:\s)(?=[\w«“\"(])", re.MULTILINE
)
_SHORTEST_SENTENCE = 25  # characters; anything shorter is more likely an abbreviation or a label


@dataclass(frozen=True)
class CitedText:
    """An answer with checked citations: `[k]` in it stands for the passage `numbers[k - 1]`."""

    text: str
    numbers: list[int]


@dataclass(frozen=True)
class Quote:
    """A sentence of a passage; `offset` is its position in the passage, in characters."""

    text: str
    offset: int


def check_citations(text: str, passages: int, texts: Sequence[str] = ()) -> CitedText:
    """Remove citations outside 1…`passages` and renumber the others in the order of first use.

    `texts` are the texts of the passages, to recognize marks that are copied from them.
    """
    return _check(text, len(text), passages, texts)


def check_unfinished(text: str, passages: int, texts: Sequence[str] = ()) -> str:
    """Return the part of an unfinished answer that can be shown: a prefix of the final text."""
    return conclude_unfinished(text, passages, texts).text


def conclude_unfinished(text: str, passages: int, texts: Sequence[str] = ()) -> CitedText:
    """Return that part with its citations, for an answer that is stopped there."""
    text = text.rstrip("`")
    return _check(text, find_decided_end(text), passages, texts)


def remove_citations(text: str) -> str:
    """Return the text without citations, e.g. for the history, which has no passages."""
    return _remove(text, 0, len(text), list(find_citations(text))).strip()


def list_claims(text: str) -> dict[int, str]:
    """Return the sentences that cite each number, without their citations."""
    claims: dict[int, list[str]] = {}
    citations = deque(find_citations(text))
    for start, end in split_sentences(text):
        cited = []
        while citations and citations[0].start < end:
            cited.append(citations.popleft())
        claim = _remove(text, start, end, cited).strip()
        for number in {number for citation in cited for number in citation.numbers}:
            claims.setdefault(number, []).append(claim)
    return {number: " ".join(sentences) for number, sentences in claims.items()}


def find_quote(passage: str, claim: str, question: str) -> Quote:
    """Return the sentence of a passage that best matches the claim and, second, the question."""
    wanted, asked = list_tokens(claim), list_tokens(question)
    passage = _WRAPPED.sub(r"\1 ", passage)  # same length, so offsets stay valid

    def weigh(span: tuple[int, int]) -> float:
        tokens = list_tokens(passage[slice(*span)])
        shared = 2 * len(tokens & wanted) + len(tokens & asked)
        return shared / (len(tokens) + 5)  # + 5 favors long sentences over headings

    start, end = max(split_sentences(passage), key=weigh, default=(0, len(passage)))
    text = " ".join(passage[start:end].split())
    if len(text) > QUOTE_LENGTH:
        text = text[: QUOTE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    return Quote(text, start)


def _check(text: str, end: int, passages: int, texts: Sequence[str]) -> CitedText:
    """Check the citations in `text[:end]`."""
    numbers: list[int] = []
    checked = ""
    position = 0
    citations = deque(citation for citation in find_citations(text) if citation.end <= end)
    while citations:
        citation = citations.popleft()
        checked += text[position : citation.start]
        position = citation.end
        if is_copied(text, citation, texts):
            while (
                citations
                and citations[0].start == position
                and is_copied(text, citations[0], texts)
            ):
                position = citations.popleft().end
            checked += _quote(checked, text, citation.start, position)
            continue
        known = [number for number in citation.numbers if number <= passages]
        numbers.extend(number for number in dict.fromkeys(known) if number not in numbers)
        checked += "".join(f"[{numbers.index(number) + 1}]" for number in dict.fromkeys(known))
        if not known:
            checked, position = _close_gap(checked, text, position)
    return CitedText((checked + text[position:end]).strip(), numbers)


def _remove(text: str, start: int, end: int, citations: Sequence[Mark]) -> str:
    """Return `text[start:end]` without these citations."""
    kept = ""
    for citation in citations:
        kept, start = _close_gap(kept + text[start : citation.start], text, citation.end)
    return kept + text[start:end]


def _close_gap(before: str, text: str, position: int) -> tuple[str, int]:
    """Remove the space around a removed citation; return what is before it and where to go on."""
    kept = before.rstrip(_SPACES)
    if not kept or kept.endswith("\n"):  # at the start of a line, the space behind it
        kept = before
        position = len(text) - len(text[position:].lstrip(_SPACES))
    if _MARKUP.match(text, position):
        kept += _JOINER  # or else it could begin a block, or end code, that it did not before
    return kept, position


def _quote(checked: str, text: str, start: int, end: int) -> str:
    """Return `text[start:end]` as code, to follow what has been checked."""
    code = find_code(text)
    loose = [
        len(run[0])
        for run in _BACKTICKS.finditer(text, 0, start)
        if find_around(run.start(), code) is None
    ]
    # Loose backticks before it must not be taken for the beginning of code that ends here.
    used = {*loose, *(length - 1 for length in loose)}  # one may be escaped
    fence = "`" * next(length for length in range(1, len(used) + 2) if length not in used)
    left = _JOINER if checked.endswith("`") or checked[-1:].isdigit() else ""
    right = _JOINER if text.startswith("`", end) else ""
    return f"{left}{fence}{text[start:end]}{fence}{right}"


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence; a citation after the full stop belongs to it."""
    spans: list[tuple[int, int]] = []
    start = 0
    bounds = [
        (match.end("closing") if match["closing"] else match.start(), match.end())
        for match in _SENTENCE_END.finditer(text)
    ]
    for end, following in [*bounds, (len(text), len(text))]:
        mark = _MARKS_BEHIND.match(text, end)
        if mark and "\n" not in text[end:following]:
            end = following = mark.end()  # noqa: PLW2901 - the citation belongs to the sentence
        if (
            end - start < _SHORTEST_SENTENCE
            and following < len(text)
            and "\n" not in text[end:following]
        ):
            continue
        if text[start:end].strip():
            shift = len(text[start:end]) - len(text[start:end].lstrip())
            spans.append((start + shift, end))
        start = max(start, following)
    return spans
