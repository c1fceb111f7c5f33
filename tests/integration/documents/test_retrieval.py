"""Retrieval finds the right passages in a fixed corpus, with fixed embeddings."""

import re
from collections.abc import Collection
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

import pytest
from haystack import Document

from personal_bot.index.engine import Index
from personal_bot.index.fusion import Fusion
from personal_bot.index.retrieval import HybridRetriever
from personal_bot.index.scripts import Script
from personal_bot.index.sparse import encode_query
from personal_bot.index.wordings import Wording, read_wording
from tests.integration.documents.conftest import DIM, Bot, make_settings, open_bot
from tests.integration.documents.corpus import MEANINGS, PASSAGES, QUESTIONS
from tests.integration.documents.openai_standin import OpenAIStandIn, embed

pytestmark = pytest.mark.integration

NOTHING: dict[int, float] = {}


def _words(question: str) -> dict[int, float]:
    return dict(zip(*encode_query(question), strict=True))


def _wording(embedding: list[float] | None, words: dict[int, float]) -> Wording:
    return Wording("", None, words, embedding)


async def _search(
    index: Index,
    wordings: list[Wording],
    limit: int,
    fusion: Fusion,
    versions: Collection[str] | None = None,
) -> list[Document]:
    found = await HybridRetriever(index.store, fusion).run_async(wordings, limit, versions)
    return found["documents"]


async def _recall(bot: Bot, *, dense: bool, sparse: bool, depth: int) -> float:
    """Return the share of questions whose passage is among the first `depth` results."""
    found = 0
    async with bot.engine.use() as index:
        for question, name in QUESTIONS.items():
            passages = await _search(
                index,
                [
                    _wording(
                        _embed_meaning(question) if dense else None,
                        _words(question) if sparse else NOTHING,
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
        assert await _search(index, [_wording(embed("насос", DIM), NOTHING)], 3, Fusion())
        assert await _search(index, [_wording(None, NOTHING)], 3, Fusion()) == []


async def test_a_weight_of_nothing_silences_an_arm(full_bot: Bot) -> None:
    question = "When should I oil the chain of my bicycle?"
    async with full_bot.engine.use() as index:
        alone = await _search(index, [_wording(None, _words(question))], 5, Fusion())
        weighted = await _search(
            index, [_wording(embed("насос", DIM), _words(question))], 5, Fusion(dense_weight=0.0)
        )
    assert weighted[0].id == alone[0].id


async def test_more_passages_can_be_asked_for_than_an_arm_gives_by_default(full_bot: Bot) -> None:
    async with full_bot.engine.use() as index:
        found = await _search(
            index,
            [_wording(embed("гарантия key year", DIM), _words("the"))],
            14,
            Fusion(prefetch=1),
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
        together = await index.retrieve([russian, english, russian], limit=4)

        assert {passage.id for passage in together} >= {passage.id for passage in apart}
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
        by_words = await _search(
            index, [_wording(None, _words("Гарантия warranty"))], 9, Fusion(), chosen
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
            passages = await _search(
                index, [_wording(embedding, _words(question))], limit, Fusion(prefetch=limit)
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


async def test_a_word_with_a_slip_is_found(full_bot: Bot) -> None:
    async with full_bot.engine.use() as index:
        for question, name in (
            ("Кто осматривает коттлы?", "boiler.pdf"),
            ("Where is the rourter?", "router.pdf"),
            ("Прививкки", "clinic.pdf"),
        ):
            (wording,) = await _read(index, question)
            found = await _search(index, [wording], 1, Fusion())
            assert [passage.meta["document_name"] for passage in found] == [name], question


async def test_russian_in_latin_letters_is_found_and_embedded_in_cyrillic_ones(
    full_bot: Bot,
) -> None:
    async with full_bot.engine.use() as index:
        (wording,) = await _read(index, "dogovor arendy garazha")
        found = await _search(index, [wording], 1, Fusion())
        (known, english) = await _read(index, "router", "What is the purpose of the plata?")

    assert wording.text == "договор аренды гаража"
    assert [passage.meta["document_name"] for passage in found] == ["garage.pdf"]
    assert known.words == _words("router"), "nothing is added to words that documents have"
    assert english.text == "What is the purpose of the plata?"


async def _read(index: Index, *questions: str) -> list[Wording]:
    return [await read_wording(question, index.store) for question in questions]


async def test_the_same_clause_in_many_documents_takes_one_place(bot: Bot) -> None:
    clause = "The landlord repairs the roof."
    for name in ("a", "b", "c"):
        await bot.add(f"{name}.pdf", f"# Repairs\n\n{clause}\n\n# Parties\n\nMr {name} lives here.")
    await bot.add("d.pdf", "The tenant paints the roof.")
    async with bot.engine.use() as index:
        best, other = await index.retrieve("Who repairs the roof?", limit=2)

    assert best.meta["document_name"] == "a.pdf"
    assert [place["document_name"] for place in best.meta["places"]] == ["b.pdf", "c.pdf"]
    assert other.meta["document_name"] == "d.pdf"


async def test_neighbours_come_as_one_passage_and_count_as_two(bot: Bot) -> None:
    sentences = [f"The pump number {n} stands in hall {n} of the plant." for n in range(28)]
    await bot.add("pumps.pdf", " ".join(sentences[:14]), " ".join(sentences[14:]))
    async with bot.engine.use() as index:
        whole = await index.retrieve("In which hall is the pump?", limit=3)

        stored = await index.retrieve("In which hall is the pump?", limit=3, grouped=False)

    (joined,) = whole
    assert [position for _, position in joined.meta["parts"]] == [0, 1, 2]
    assert {passage.meta["index"] for passage in stored} == {0, 1, 2}
    for sentence in sentences[:10]:
        assert (joined.content or "").count(sentence) <= 1


async def test_a_question_finds_what_is_written_in_another_script(
    tmp_path: Path, openai: tuple[OpenAIStandIn, str]
) -> None:
    """The stand-in embeds words, so a word of each language stands for the language itself."""
    standin, url = openai
    async with AsyncExitStack() as stack:
        bot = await open_bot(tmp_path, make_settings(tmp_path, url, None), standin, stack)
        for number in range(4):
            await bot.add(f"{number}.pdf", f"русский русский {RUSSIAN[number]}")
            await bot.add(f"{number}.txt", f"english english {ENGLISH[number]}")
        async with bot.engine.use() as index:
            retriever = HybridRetriever(index.store, Fusion())
            asked = Wording("", Script.CYRILLIC, NOTHING, embed("русский русский 42", DIM))
            found = (await retriever.run_async([asked], 1))["documents"]
            both = [asked, replace(asked, script=Script.OTHER)]
            as_asked = (await retriever.run_async(both, 1))["documents"]

    assert found[0].meta["document_name"] == "2.txt"
    assert as_asked[0].meta["document_name"] != "2.txt"


RUSSIAN = ("насос", "котёл", "фильтр", "клапан")
ENGLISH = ("pump", "boiler", "filter 42", "valve")
