"""Retrieval finds the right passages in a fixed corpus, with fixed embeddings."""

import re

import pytest

from personal_bot.index.document_stores import Fusion
from personal_bot.index.sparse import SparseVector, encode_query
from tests.integration.documents.conftest import DIM, Bot
from tests.integration.documents.corpus import MEANINGS, PASSAGES, QUESTIONS
from tests.integration.documents.openai_standin import embed

pytestmark = pytest.mark.integration

NOTHING = SparseVector([], [])


async def _recall(bot: Bot, *, dense: bool, sparse: bool, depth: int) -> float:
    """Return the share of questions whose passage is among the first `depth` results."""
    found = 0
    async with bot.engine.use() as index:
        for question, name in QUESTIONS.items():
            passages = await index.store.find(
                _embed_meaning(question) if dense else None,
                encode_query(question) if sparse else NOTHING,
                depth,
                Fusion(),
            )
            found += name in {passage.meta["document_name"] for passage in passages}
    return found / len(QUESTIONS)


def _embed_meaning(question: str) -> list[float]:
    """Embed like a model that knows synonyms but ignores codes."""
    words = re.findall(r"\w+", question.lower())
    return embed(" ".join(MEANINGS.get(w, w) for w in words if w.isalpha()), DIM)


@pytest.fixture
async def full_bot(bot: Bot) -> Bot:
    for name, text in PASSAGES.items():
        await bot.add(name, text)
    return bot


@pytest.mark.parametrize(("depth", "least"), [(1, 0.96), (3, 1.0)])
async def test_both_arms_together_find_more_than_either_alone(
    full_bot: Bot, depth: int, least: float
) -> None:
    dense = await _recall(full_bot, dense=True, sparse=False, depth=depth)
    sparse = await _recall(full_bot, dense=False, sparse=True, depth=depth)
    both = await _recall(full_bot, dense=True, sparse=True, depth=depth)

    assert both > max(dense, sparse)
    assert both >= least


async def test_a_question_without_a_word_that_matters_finds_by_meaning_alone(full_bot: Bot) -> None:
    async with full_bot.engine.use() as index:
        assert await index.store.find(embed("насос", DIM), NOTHING, 3, Fusion())
        assert await index.store.find(None, NOTHING, 3, Fusion()) == []


async def test_a_weight_of_nothing_silences_an_arm(full_bot: Bot) -> None:
    question = "When should I oil the chain of my bicycle?"
    async with full_bot.engine.use() as index:
        alone = await index.store.find(None, encode_query(question), 5, Fusion())
        weighted = await index.store.find(
            embed("насос", DIM), encode_query(question), 5, Fusion(dense_weight=0.0)
        )
    assert weighted[0].id == alone[0].id


async def test_more_passages_can_be_asked_for_than_an_arm_gives_by_default(full_bot: Bot) -> None:
    async with full_bot.engine.use() as index:
        found = await index.store.find(
            embed("гарантия key year", DIM), encode_query("the"), 14, Fusion(prefetch=1)
        )

    assert len(found) == 14
