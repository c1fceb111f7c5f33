"""Citations `[n]` in an answer: check them against the passages, renumber them, find quotes.

A model may cite a passage that does not exist; such a number is never shown to the owner.
"""

import re
from dataclasses import dataclass

from personal_bot.index.sparse import list_tokens

QUOTE_LENGTH = 300  # characters

_NUMBERS = r"\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*"
_MARK = re.compile(rf"\s*[\[【]\s*({_NUMBERS})\s*[\]】]")
# The end of an unfinished text that may become a citation, with the space before it.
_UNFINISHED = re.compile(r"\s*(?:[\[【][\d\s,;–-]*)?$")
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


def check_citations(text: str, passages: int) -> CitedText:
    """Remove citations outside 1…`passages` and renumber the others in the order of first use."""
    numbers: list[int] = []

    def renumber(match: re.Match[str]) -> str:
        known = [number for number in _expand(match[1]) if 1 <= number <= passages]
        numbers.extend(number for number in dict.fromkeys(known) if number not in numbers)
        marks = "".join(f"[{numbers.index(number) + 1}]" for number in dict.fromkeys(known))
        if not marks:
            return ""
        gap = match[0][: len(match[0]) - len(match[0].lstrip())]
        return gap + marks

    return CitedText(_MARK.sub(renumber, text).strip(), numbers)


def check_unfinished(text: str, passages: int) -> str:
    """Return the part of an unfinished answer that can be shown: a prefix of the final text."""
    return check_citations(_UNFINISHED.sub("", text), passages).text


def remove_citations(text: str) -> str:
    """Return the text without citations, e.g. for the history, which has no passages."""
    return _MARK.sub("", text).strip()


def list_claims(text: str) -> dict[int, str]:
    """Return the sentences that cite each number, without their citations."""
    claims: dict[int, str] = {}
    for start, end in _sentences(text):
        sentence = text[start:end]
        for match in _MARK.finditer(sentence):
            for number in _expand(match[1]):
                claims[number] = f"{claims.get(number, '')} {remove_citations(sentence)}".strip()
    return claims


def find_quote(passage: str, claim: str, question: str) -> Quote:
    """Return the sentence of a passage that best matches the claim and, second, the question."""
    wanted, asked = list_tokens(claim), list_tokens(question)
    passage = _WRAPPED.sub(r"\1 ", passage)  # same length, so offsets stay valid

    def weigh(span: tuple[int, int]) -> float:
        tokens = list_tokens(passage[slice(*span)])
        shared = 2 * len(tokens & wanted) + len(tokens & asked)
        return shared / (len(tokens) + 5)  # + 5 favors long sentences over headings

    start, end = max(_sentences(passage), key=weigh, default=(0, len(passage)))
    text = " ".join(passage[start:end].split())
    if len(text) > QUOTE_LENGTH:
        text = text[: QUOTE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
    return Quote(text, start)


def _expand(numbers: str) -> list[int]:
    """Parse a list of numbers and ranges: `1, 3-5` gives 1, 3, 4, 5."""
    result: list[int] = []
    for part in re.split(r"\s*[,;]\s*", numbers):
        bounds = [int(bound) for bound in re.findall(r"\d+", part)]
        first, last = bounds[0], bounds[-1]
        if len(bounds) == 2 and first < last <= first + 20:
            result.extend(range(first, last + 1))
        else:
            result.extend(bounds)
    return result


def _sentences(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each sentence; a citation after the full stop belongs to it."""
    spans: list[tuple[int, int]] = []
    start = 0
    bounds = [
        (match.end("closing") if match["closing"] else match.start(), match.end())
        for match in _SENTENCE_END.finditer(text)
    ]
    for end, following in [*bounds, (len(text), len(text))]:
        mark = _MARK.match(text, end)
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
