"""What an answer says and its passages do not: how it is told to the model, shown and counted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from personal_bot.answers.citations import split_sentences
from personal_bot.answers.grammar import find_citations
from personal_bot.answers.markdown import find_elements

SIGN = "⚠️"
_MOST_DESCRIBED = 20
_MOST_MARKED = 50
_LONGEST = 160  # characters of a claim in the message to the model
_SUBSCRIPTS = re.compile(r"(?:[\[【][^\[\]【】\n]*[\]】])+")


class Kind(StrEnum):
    """Kinds of facts that can be looked up."""

    NUMBER = "number"
    DATE = "date"
    AMOUNT = "amount"
    NAME = "name"
    QUOTE = "quotation"


@dataclass(frozen=True)
class Unsupported:
    """`answer[start:end]`, which is `text`, is not in what the sentence `claim` cites.

    `elsewhere` are the numbers of other texts that contain it.
    """

    start: int
    end: int
    text: str
    kind: Kind
    claim: str = ""
    elsewhere: tuple[int, ...] = ()


@dataclass(frozen=True)
class Support:
    """How many claims an answer makes, and how many of them hold."""

    claims: int
    supported: int


def describe(unsupported: Sequence[Unsupported]) -> str:
    """Return the message that asks the model to correct its answer."""
    items = "\n".join(map(_describe, unsupported[:_MOST_DESCRIBED]))
    return (
        "Some of your answer is not in the passages that it cites:\n"
        f"{items}\n"
        "Write the whole answer again, in the same language. Correct each of these from the "
        "passages, or cite the passage that says it, or leave it out. Copy names, numbers and "
        "quotations exactly. If you have computed a number, say from which ones. Keep the rest, "
        "and do not mention this check."
    )


def _describe(found: Unsupported) -> str:
    places = "".join(f"[{number}]" for number in found.elsewhere)
    hint = f" (but {places} contains it)" if places else ""
    return f"- the {found.kind} {_shorten(found.text)}{hint}, in: {_shorten(found.claim)}"


def mark_unsupported(answer: str, unsupported: Iterable[Unsupported]) -> str:
    """Return the answer with a sign behind everything that is unsupported.

    Citations and Markdown stay what they are: the sign does not part a name from its subscript, as
    in `rows[1]`, because `[1]` alone would cite a passage. A sign that would change them is left
    out.
    """
    citations = {citation.start for citation in find_citations(answer)}
    ends = set()
    for found in unsupported:
        subscripts = _SUBSCRIPTS.match(answer, found.end)
        if subscripts is None or found.end in citations:
            ends.add(found.end)
        else:
            ends.add(subscripts.end())
    marked, meaning = answer, _read(answer)
    for end in sorted(ends, reverse=True)[-_MOST_MARKED:]:
        candidate = marked[:end] + SIGN + marked[end:]
        if _read(candidate) == meaning:
            marked = candidate
    return marked


def _read(text: str) -> tuple[list[list[int]], list[tuple[str, str]]]:
    """Return what a text cites and emphasizes; signs do not count."""
    cited = [[*citation.numbers] for citation in find_citations(text)]
    elements = [
        (str(found.kind), text[found.start : found.end].replace(SIGN, ""))
        for found in find_elements(text)
    ]
    return cited, elements


def summarize(answer: str, unsupported: Iterable[Unsupported]) -> Support:
    """Count the claims of an answer, and those without anything unsupported."""
    claims = [
        span for span in split_sentences(answer) if any(map(str.isalnum, answer[slice(*span)]))
    ]
    starts = sorted(found.start for found in unsupported)
    failed = sum(any(start <= found < end for found in starts) for start, end in claims)
    return Support(len(claims), len(claims) - failed)


def _shorten(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
