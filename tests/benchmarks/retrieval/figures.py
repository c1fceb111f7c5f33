"""What is measured of the hits of one set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.benchmarks.retrieval.sets import Gold, Question, normalize
from tests.benchmarks.retrieval.systems import Hit

DEPTHS = (5, 8, 12)  # passages in a prompt


@dataclass(frozen=True)
class Figures:
    """Shares of questions; `recall` by depth: the prompt holds all that the answer needs.

    `mrr` is the mean of 1 / rank of the first hit with an answer. `page` is the share of answers
    that the longest prompt holds with the right page; None without pages.
    """

    recall: dict[int, float]
    mrr: float
    page: float | None


def measure(questions: Sequence[Question], found: Mapping[int, Sequence[Sequence[Hit]]]) -> Figures:
    """Measure what each question found, by depth."""
    most = found[max(found)]
    pairs = [*zip(questions, most, strict=True)]
    pages = [
        any(_finds(gold, hit) and _find_page(gold, hit) == gold.page for hit in hits)
        for question, hits in pairs
        for gold in question.gold
        if gold.page is not None
    ]
    return Figures(
        {
            depth: _mean([_has_all(*pair) for pair in zip(questions, hits, strict=True)])
            for depth, hits in found.items()
        },
        _mean([_rank_first(question, hits) for question, hits in pairs]),
        _mean(pages) if pages else None,
    )


def _mean(shares: Sequence[float]) -> float:
    return sum(shares) / len(shares)


def _has_all(question: Question, hits: Sequence[Hit]) -> bool:
    return all(any(_finds(gold, hit) for hit in hits) for gold in question.gold)


def _rank_first(question: Question, hits: Sequence[Hit]) -> float:
    for rank, hit in enumerate(hits, 1):
        if any(_finds(gold, hit) for gold in question.gold):
            return 1 / rank
    return 0.0


def _finds(gold: Gold, hit: Hit) -> bool:
    return gold.name in hit.names and gold.find(normalize(hit.text)) >= 0


def _find_page(gold: Gold, hit: Hit) -> int | None:
    """Return the page that a source with the answer would name."""
    offsets = [hit.text.find(text.strip(" .,")) for text in gold.texts]
    return hit.find_page(max(offsets))
