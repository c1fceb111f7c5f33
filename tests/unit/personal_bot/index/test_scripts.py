"""The script of a text, and what tells the embeddings of two scripts apart."""

from typing import Any

import pytest
from haystack import Document

from personal_bot.index.scripts import SAMPLED, LibraryScripts, Script, find_script, remove


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Договор аренды", Script.CYRILLIC),
        ("The lease", Script.OTHER),
        ("Что такое SLA?", Script.CYRILLIC),
        ("What does «да» mean?", Script.OTHER),
        ("12.5 % — 2024", None),
        ("", None),
        ("\ud800", None),
    ],
)
def test_the_script_is_that_of_most_letters(text: str, script: Script | None) -> None:
    assert find_script(text) is script


class _Store:
    """Has the passages `texts` of each version; `loads` counts the embeddings read."""

    def __init__(self, texts: dict[str, list[tuple[str, list[float]]]]) -> None:
        self.texts = texts
        self.changes = 0
        self.loads = 0
        self.looked_at = 0

    async def count_versions(self, _limit: int) -> dict[str, int]:
        return {version: len(texts) for version, texts in self.texts.items()}

    async def load(
        self, places: list[tuple[str, int]], *, embeddings: bool = False
    ) -> list[Document]:
        self.loads += len(places) if embeddings else 0
        self.looked_at += 0 if embeddings else len(places)
        return [
            Document(
                content=self.texts[version][index][0],
                embedding=self.texts[version][index][1] if embeddings else None,
                meta={"version": version, "index": index},
            )
            for version, index in places
        ]


def _scripts(store: Any) -> LibraryScripts:
    return LibraryScripts(store)


async def test_a_question_without_its_script_is_equally_near_to_both() -> None:
    store = _Store(
        {
            "a": [("договор", [1.0, 0.0, 0.2]), ("насос", [1.0, 0.0, -0.2])],
            "b": [("lease", [0.0, 1.0, 0.2]), ("pump", [0.0, 1.0, -0.2]), ("12", [9.0, 9.0, 9.0])],
        }
    )

    difference = await _scripts(store).find_difference()

    assert difference is not None
    russian, english, question = [1.0, 0.0, 0.2], [0.0, 1.0, 0.2], [0.9, 0.1, 0.5]
    neutral = remove(difference, question)
    near = [sum(x * y for x, y in zip(neutral, one, strict=True)) for one in (russian, english)]
    assert near[0] == pytest.approx(near[1])
    assert neutral[2] == pytest.approx(0.5)


async def test_a_library_in_one_script_is_left_alone_without_reading_embeddings() -> None:
    store = _Store({"a": [("договор", [1.0]), ("lease", [0.0])], "b": [("насос", [1.0])] * 5})

    assert await _scripts(store).find_difference() is None
    assert await _scripts(_Store({})).find_difference() is None
    assert store.loads == 0


async def test_scripts_are_looked_up_again_after_a_change_only() -> None:
    store = _Store({"a": [("договор", [1.0, 0.0])] * 2, "b": [("lease", [0.0, 1.0])] * 2})
    scripts = _scripts(store)
    first = await scripts.find_difference()
    loads = store.loads
    assert await scripts.find_difference() == first
    assert store.loads == loads

    del store.texts["b"]
    store.changes += 1
    assert await scripts.find_difference() is None


async def test_a_large_library_is_sampled_in_all_its_documents() -> None:
    store = _Store({f"{n}": [("договор", [1.0])] * 900 for n in range(20)})
    store.texts["last"] = [("lease", [0.0])] * 3
    assert await _scripts(store).find_difference() is not None
    assert store.looked_at <= SAMPLED

    many = _Store({f"{n:03}": [("договор", [1.0])] for n in range(700)})
    await _scripts(many).find_difference()
    assert SAMPLED // 2 < many.looked_at <= SAMPLED


async def test_a_document_that_was_just_deleted_is_no_obstacle() -> None:
    store = _Store({"gone": [], "here": [("The lease", [1.0])]})
    await _scripts(store).find_difference()
    assert store.looked_at == 1
