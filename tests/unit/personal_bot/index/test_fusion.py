"""Searches are fused by their scores, and equal scores have one order."""

import random

import pytest
from qdrant_client.http import models as rest

from personal_bot.index.fusion import Candidates, Fusion, fuse
from personal_bot.index.points import order
from personal_bot.index.scripts import Script

EVEN = Fusion(dense_weight=0.5, sparse_weight=0.5)


def _hit(
    name: str, score: float, index: int = 0, version: str = "v", text: str = ""
) -> rest.ScoredPoint:
    meta = {"document_name": name, "index": index, "version": version}
    return rest.ScoredPoint(
        id=f"{name}-{index}-{version}",
        version=0,
        score=score,
        payload={"content": text, "meta": meta},
    )


def _names(points: list[rest.ScoredPoint]) -> list[str]:
    return [(point.payload or {})["meta"]["document_name"] for point in points]


def test_what_both_searches_find_comes_first() -> None:
    dense = [_hit("a", 0.9), _hit("b", 0.8), _hit("c", 0.1)]
    words = [_hit("d", 30.0), _hit("b", 25.0), _hit("e", 1.0)]

    assert _names(fuse([Candidates(None, dense, words)], EVEN, 3)) == ["b", "a", "d"]


def test_each_search_counts_by_its_weight_whatever_the_unit_of_its_scores() -> None:
    dense = [_hit("a", 0.82), _hit("b", 0.81)]
    words = [_hit("b", 900.0), _hit("a", 1.0)]
    found = [Candidates(None, dense, words)]

    assert _names(fuse(found, Fusion(50, 0.6, 0.4), 1)) == ["a"]
    assert _names(fuse(found, Fusion(50, 0.4, 0.6), 1)) == ["b"]


def test_one_search_alone_keeps_its_order() -> None:
    words = [_hit("c", 3.0), _hit("a", 2.0), _hit("b", 2.0), _hit("d", 1.0)]

    assert _names(fuse([Candidates(None, [], words)], EVEN, 9)) == ["c", "a", "b", "d"]


def test_scores_that_are_all_equal_count_fully() -> None:
    dense = [_hit("a", 0.9), _hit("b", 0.5)]
    words = [_hit("b", 4.0), _hit("c", 4.0)]

    found = fuse([Candidates(None, dense, words)], EVEN, 9)

    assert [point.score for point in found] == [0.5, 0.5, 0.5]


def test_what_several_wordings_find_comes_before_what_one_does() -> None:
    first = Candidates(None, [_hit("a", 0.9), _hit("b", 0.8), _hit("c", 0.1)], [])
    second = Candidates(None, [_hit("d", 0.9), _hit("b", 0.8), _hit("e", 0.1)], [])

    assert _names(fuse([first, second], EVEN, 2)) == ["b", "a"]


def test_a_passage_in_another_script_needs_no_words_of_the_question() -> None:
    dense = [
        _hit("other", 0.9, text="договор аренды"),
        _hit("same", 0.8, text="the lease"),
        _hit("last", 0.0, text="the sea"),
    ]
    words = [_hit("same", 9.0, text="the lease"), _hit("last", 1.0, text="the sea")]

    for script, best in ((None, "same"), (Script.OTHER, "same"), (Script.CYRILLIC, "same")):
        assert _names(fuse([Candidates(script, dense, words)], EVEN, 1)) == [best]
    weak = [dense[0], _hit("same", 0.5, text="the lease"), dense[2]]
    assert _names(fuse([Candidates(None, weak, words)], EVEN, 1)) == ["same"]
    assert _names(fuse([Candidates(Script.OTHER, weak, words)], EVEN, 1)) == ["other"]


def test_words_alone_decide_where_embeddings_have_no_weight() -> None:
    dense = [_hit("other", 0.9, text="договор"), _hit("same", 0.1, text="lease")]
    words = [_hit("same", 9.0, text="lease"), _hit("last", 1.0, text="sea")]

    fused = fuse([Candidates(Script.OTHER, dense, words)], Fusion(50, 0.0, 1.0), 1)

    assert _names(fused) == ["same"]


def test_equal_scores_are_ordered_by_document_and_position() -> None:
    hits = [_hit(name, 1.0, index) for name in "ab" for index in (2, 10)]
    shuffled = random.Random(1).sample(hits, len(hits))

    assert order(shuffled) == hits


@pytest.mark.parametrize("searches", [[], [Candidates(None, [], [])]])
def test_nothing_found_is_nothing(searches: list[Candidates]) -> None:
    assert fuse(searches, EVEN, 8) == []
