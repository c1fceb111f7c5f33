"""Two searches are fused by their scores, and equal scores have one order."""

import random

import pytest
from qdrant_client.http import models as rest

from personal_bot.index.fusion import fuse, order


def _hit(name: str, score: float, index: int = 0, version: str = "v") -> rest.ScoredPoint:
    return rest.ScoredPoint(
        id=f"{name}-{index}-{version}",
        version=0,
        score=score,
        payload={"meta": {"document_name": name, "index": index, "version": version}},
    )


def _names(points: list[rest.ScoredPoint]) -> list[str]:
    return [(point.payload or {})["meta"]["document_name"] for point in points]


def test_what_both_searches_find_comes_first() -> None:
    dense = [_hit("a", 0.9), _hit("b", 0.8), _hit("c", 0.1)]
    words = [_hit("d", 30.0), _hit("b", 25.0), _hit("e", 1.0)]

    assert _names(fuse([(0.5, dense), (0.5, words)], 3)) == ["b", "a", "d"]


def test_each_search_counts_by_its_weight_whatever_the_unit_of_its_scores() -> None:
    dense = [_hit("a", 0.82), _hit("b", 0.81)]
    words = [_hit("b", 900.0), _hit("a", 1.0)]

    assert _names(fuse([(0.6, dense), (0.4, words)], 1)) == ["a"]
    assert _names(fuse([(0.4, dense), (0.6, words)], 1)) == ["b"]


@pytest.mark.parametrize("empty", [[], [(0.5, [])]])
def test_one_search_alone_keeps_its_order(
    empty: list[tuple[float, list[rest.ScoredPoint]]],
) -> None:
    words = [_hit("c", 3.0), _hit("a", 2.0), _hit("b", 2.0), _hit("d", 1.0)]

    assert _names(fuse([*empty, (0.5, words)], 9)) == ["c", "a", "b", "d"]


def test_scores_that_are_all_equal_count_fully() -> None:
    dense = [_hit("a", 0.9), _hit("b", 0.5)]
    words = [_hit("b", 4.0), _hit("c", 4.0)]

    assert [point.score for point in fuse([(0.5, dense), (0.5, words)], 9)] == [0.5, 0.5, 0.5]


def test_equal_scores_are_ordered_by_document_and_position() -> None:
    hits = [_hit(name, 1.0, index) for name in "ab" for index in (2, 10)]
    shuffled = random.Random(1).sample(hits, len(hits))

    assert order(shuffled) == hits


def test_nothing_found_is_nothing() -> None:
    assert fuse([], 8) == []
