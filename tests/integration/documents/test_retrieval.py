"""Retrieval finds the right passages in a fixed corpus, with fixed embeddings."""

import re
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from personal_bot.index.document_stores import Wording
from personal_bot.index.fusion import Fusion
from personal_bot.index.sparse import SparseVector, encode_query
from tests.integration.documents.conftest import DIM, Bot, make_settings, open_bot
from tests.integration.documents.corpus import MEANINGS, PASSAGES, QUESTIONS
from tests.integration.documents.openai_standin import OpenAIStandIn, embed

pytestmark = pytest.mark.integration

NOTHING = SparseVector([], [])


async def _recall(bot: Bot, *, dense: bool, sparse: bool, depth: int) -> float:
    """Return the share of questions whose passage is among the first `depth` results."""
    found = 0
    async with bot.engine.use() as index:
        for question, name in QUESTIONS.items():
            passages = await index.store.find(
                [
                    Wording(
                        _embed_meaning(question) if dense else None,
                        encode_query(question) if sparse else NOTHING,
                    )
                ],
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
        assert await index.store.find([Wording(embed("насос", DIM), NOTHING)], 3, Fusion())
        assert await index.store.find([Wording(None, NOTHING)], 3, Fusion()) == []


async def test_a_weight_of_nothing_silences_an_arm(full_bot: Bot) -> None:
    question = "When should I oil the chain of my bicycle?"
    async with full_bot.engine.use() as index:
        alone = await index.store.find([Wording(None, encode_query(question))], 5, Fusion())
        weighted = await index.store.find(
            [Wording(embed("насос", DIM), encode_query(question))], 5, Fusion(dense_weight=0.0)
        )
    assert weighted[0].id == alone[0].id


async def test_more_passages_can_be_asked_for_than_an_arm_gives_by_default(full_bot: Bot) -> None:
    async with full_bot.engine.use() as index:
        found = await index.store.find(
            [Wording(embed("гарантия key year", DIM), encode_query("the"))], 14, Fusion(prefetch=1)
        )

    assert len(found) == 14


async def test_wordings_in_two_languages_find_documents_of_both(
    full_bot: Bot, openai: tuple[OpenAIStandIn, str]
) -> None:
    russian, english = (
        "Какая гарантия у холодильника?",
        "How often should a bicycle chain be oiled?",
    )
    async with full_bot.engine.use() as index:
        apart = [(await index.retrieve(question))[0] for question in (russian, english)]
        together = await index.retrieve([russian, english, russian], limit=2)

        assert {passage.id for passage in together} == {passage.id for passage in apart}
        assert await index.retrieve([russian, russian]) == await index.retrieve(russian)
        assert [await index.retrieve([russian, english]) for _ in range(5)] == 5 * [
            await index.retrieve([russian, english])
        ]


async def test_a_search_can_be_limited_to_some_documents(full_bot: Bot) -> None:
    question = "What has a warranty?"
    async with full_bot.engine.use() as index:
        everywhere = await index.retrieve(question)
        chosen = {
            passage.meta["version"]
            for passage in everywhere
            if passage.meta["document_name"] in {"fridge.pdf", "tax.pdf"}
        }
        limited = await index.retrieve(question, chosen)
        by_words = await index.store.find(
            [Wording(None, encode_query("Гарантия warranty"))], 9, Fusion(), chosen
        )

        assert {passage.meta["version"] for passage in limited} == chosen
        assert [passage.meta["document_name"] for passage in by_words] == ["fridge.pdf"]
        assert await index.retrieve(question, ()) == []
        assert await index.retrieve(question, ["no such version"]) == []


@pytest.mark.parametrize("limit", [2, 3, 5])
async def test_passages_that_match_equally_have_one_order_and_one_cut(bot: Bot, limit: int) -> None:
    """More passages than candidates match equally, in documents added in no order."""
    for number in (4, 6, 2, 1, 7, 3, 5):
        await bot.add(f"{number}.pdf", f"Насос исправен, его осмотрел мастер {number}.")
    question = "Исправен ли насос?"
    async with bot.engine.use() as index:
        for embedding in (None, embed(question, DIM)):
            passages = await index.store.find(
                [Wording(embedding, encode_query(question))], limit, Fusion(prefetch=limit)
            )

            names = [passage.meta["document_name"] for passage in passages]
            assert names == [f"{number}.pdf" for number in range(1, limit + 1)]


async def test_passages_and_questions_are_embedded_with_the_prefixes_of_the_model(
    tmp_path: Path, openai: tuple[OpenAIStandIn, str]
) -> None:
    standin, url = openai
    settings = make_settings(tmp_path, url, None)
    models = replace(settings.models, query_prefix="query: ", passage_prefix="passage: ")
    async with AsyncExitStack() as stack:
        bot = await open_bot(tmp_path, replace(settings, models=models), standin, stack)
        await bot.add("pump.pdf", "The pump P-100 has a warranty of 24 months.")
        async with bot.engine.use() as index:
            await index.retrieve("How long is the warranty?")
    texts = [body["input"] for path, body in standin.requests if path == "embeddings"]
    passages, question = texts
    assert [text.startswith("passage: pump.pdf") for text in passages] == [True]
    assert question in ("query: How long is the warranty?", ["query: How long is the warranty?"])
