"""Passages contain every word of a document, and know the page of each."""

import copy
import gc
import re
from dataclasses import replace
from typing import Any

import pytest
from haystack import Document
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents import splitting
from personal_bot.documents.conversion import Page
from personal_bot.documents.splitting import (
    HEADING,
    LONGEST,
    OVERLAP,
    PIECE,
    WORDS,
    split_pages,
)
from personal_bot.errors import ConversionLimitError
from personal_bot.index import passages
from personal_bot.index.passages import find_page

PDF = "application/pdf"
MARKDOWN = "text/markdown"


def _number(pages: list[str]) -> list[Page]:
    return [Page(number, text, None) for number, text in enumerate(pages, 1)]


def _words(first: int, last: int) -> str:
    return " ".join(f"word{number}" for number in range(first, last))


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6), st.sampled_from([" ", "\n", ". "]))
def test_every_word_is_on_the_page_that_its_passage_says(sizes: list[int], gap: str) -> None:
    pages = [
        gap.join(f"p{page}w{word}" for word in range(size)) for page, size in enumerate(sizes, 1)
    ]

    passages = split_pages(_number(pages), PDF, "a.pdf", "v")

    seen: set[str] = set()
    for passage in passages:
        content = passage.content or ""
        for word in content.replace(".", " ").split():
            page = find_page(passage.meta["pages"], content.index(word))
            assert word.startswith(f"p{page}w")
            seen.add(word)
    assert seen == {word for page in pages for word in page.replace(".", " ").split()}


@given(st.lists(st.text(max_size=400), max_size=5))
def test_any_text_can_be_split_and_no_passage_is_too_long(pages: list[str]) -> None:
    passages = split_pages(_number(pages), PDF, "a.pdf", "v")

    letters = {letter for page in pages for letter in page if letter.isalnum()}
    assert {x for passage in passages for x in passage.content or "" if x.isalnum()} == letters
    assert all(0 < len(passage.content or "") <= LONGEST for passage in passages)


def test_a_sentence_that_crosses_a_page_break_stays_whole() -> None:
    pages = _number(["The warranty of the pump", "lasts three years. Oil is changed monthly."])

    (passage,) = split_pages(pages, PDF, "a.pdf", "v")

    content = passage.content or ""
    assert "The warranty of the pump\nlasts three years." in content
    assert find_page(passage.meta["pages"], content.index("pump")) == 1
    assert find_page(passage.meta["pages"], content.index("lasts")) == 2


def test_pages_of_different_titles_are_passages_of_their_own() -> None:
    pages = [Page(1, "Sales grew.", "Sales"), Page(2, "Costs fell.", "Costs")]

    first, second = split_pages(pages, "application/x-slides", "a.pptx", "v")

    assert (first.content, first.meta["heading"]) == ("Sales grew.", "Sales")
    assert (second.content, second.meta["pages"]) == ("Costs fell.", [[0, 2]])


def test_headings_of_markdown_are_kept_with_their_parents() -> None:
    text = "Intro text.\n\n# Pump\n\nGeneral.\n\n## Oil\n\nMonthly.\n"

    passages = split_pages([Page(None, text, None)], "text/markdown", "a.md", "v")

    assert [passage.meta["heading"] for passage in passages] == [None, "Pump", "Pump › Oil"]
    assert find_page(passages[2].meta["pages"], 0) is None


def test_neighbouring_passages_overlap() -> None:
    first, second, *_ = split_pages(_number([_words(0, 300)]), PDF, "a.pdf", "v")

    shared = set((first.content or "").split()) & set((second.content or "").split())
    assert len(shared) == OVERLAP
    assert len((first.content or "").split()) <= WORDS


@pytest.mark.parametrize("gap", ["\n\n", "\n", ". ", " "])
def test_a_text_of_many_pieces_loses_no_word_and_keeps_its_order(gap: str) -> None:
    text = gap.join(_words(n, n + 50) for n in range(0, 9_000, 50))
    assert len(text) > 3 * PIECE

    passages = split_pages([Page(None, text, None)], "text/plain", "a.txt", "v")

    contents = [passage.content or "" for passage in passages]
    found = {word for content in contents for word in re.findall(r"\w+", content)}
    assert found == set(_words(0, 9_000).split())
    places = [text.index(content) for content in contents]
    assert places == sorted(places)


def test_a_long_text_without_a_space_is_split_too() -> None:
    passages = split_pages([Page(None, "字" * (3 * PIECE), None)], "text/plain", "a.txt", "v")

    assert sum(len(passage.content or "") for passage in passages) == 3 * PIECE


def test_the_same_document_gives_the_same_passages_with_the_same_ids() -> None:
    pages = _number([_words(0, 500)])

    one, another = (split_pages(pages, PDF, "a.pdf", "v1") for _ in range(2))

    assert [passage.id for passage in one] == [passage.id for passage in another]
    assert len({passage.id for passage in one}) == len(one)
    assert not {p.id for p in split_pages(pages, PDF, "a.pdf", "v2")} & {p.id for p in one}


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "… — …"])
def test_text_without_a_letter_gives_no_passage(text: str) -> None:
    assert not split_pages(_number([text]), PDF, "a.pdf", "v")


def test_a_table_without_spaces_is_cut_to_size() -> None:
    rows = "\n".join(f"{number};имя;город;{number * 7}" for number in range(2_000))

    passages = split_pages([Page(None, rows, None)], "text/csv", "a.csv", "v")

    assert max(len(passage.content or "") for passage in passages) <= LONGEST
    assert sum(row in (p.content or "") for p in passages for row in rows.split("\n")[:50]) >= 50


def test_a_long_text_is_searched_in_pieces_and_keeps_every_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Long texts are split piece by piece: one search over 20 MB would block other threads."""
    searched: list[int] = []
    split = splitting._split

    def note(text: str, splitter: Any) -> list[tuple[int, int]]:
        searched.append(len(text))
        return split(text, splitter)

    monkeypatch.setattr(splitting, "_split", note)
    text = "\n".join(_words(first, first + 50) for first in range(0, 20_000, 50))
    passages = split_pages(_number([text]), PDF, "a.pdf", "v")

    assert len(text) > 3 * PIECE
    assert max(searched) <= PIECE
    words = {word for passage in passages for word in (passage.content or "").split()}
    assert words == set(text.split())


def test_splitting_gives_way_to_others_between_its_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Splitting yields the interpreter, because constant hashing would block other threads."""
    turns: list[None] = []
    monkeypatch.setattr(splitting, "yield_interpreter", lambda: turns.append(None))
    text = _words(0, 20_000)
    split_pages(_number([text]), PDF, "a.pdf", "v")
    assert len(turns) >= len(text) / PIECE > 3


@pytest.mark.parametrize("line", ["```a\n", "~~~\ntext\n", "# \n", "######\n", "`\n", "#\ttext\n"])
def test_no_markdown_takes_longer_than_one_walk_over_its_lines(line: str) -> None:
    """Markdown is scanned once: a search for a block's end from each line would take hours."""
    assert split_pages(_number([line * 50_000 + "end"]), MARKDOWN, "a.md", "v")


def test_a_heading_in_a_block_of_code_is_none() -> None:
    text = "# One\n\ntext\n\n~~~sh\n# no heading\n~~~~\n\n## Two\n\nmore\n\n```\n# never closed"
    passages = split_pages(_number([text]), MARKDOWN, "a.md", "v")
    assert [passage.meta["heading"] for passage in passages] == ["One", "One › Two"]


def test_a_heading_costs_no_more_than_a_line_in_each_passage() -> None:
    text = f"# {'long ' * 10_000}\n\n{_words(0, 1_000)}"
    assert all(
        len(passage.meta["heading"]) <= HEADING
        for passage in split_pages(_number([text]), MARKDOWN, "a.md", "v")
    )


def test_a_document_of_too_many_passages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "PASSAGES", 10)
    lines = "".join(f"# {n}\ntext\n" for n in range(11))
    assert len(split_pages(_number([lines[: lines.index("# 10")]]), MARKDOWN, "a.md", "v")) == 10
    with pytest.raises(ConversionLimitError, match="passages"):
        split_pages(_number([lines]), MARKDOWN, "a.md", "v")


def test_a_large_document_keeps_no_passage_in_memory() -> None:
    """Passages are not kept in memory, because many objects make garbage collections slow."""

    def count() -> int:
        return sum(isinstance(one, Document) for one in gc.get_objects())

    before = count()
    passages = split_pages(_number([_words(0, 5_000)] * 2), PDF, "a.pdf", "v")
    assert len(passages) > 50
    assert count() == before
    assert passages[3:5] == [passages[3], passages[4]] == list(passages)[3:5]


def test_no_pipeline_copies_a_passage() -> None:
    (passage,) = split_pages(_number(["a text"]), PDF, "a.pdf", "v")
    embedded = replace(passage, embedding=[1.0])
    assert copy.deepcopy([passage, embedded]) == [passage, embedded]
    assert all(copy.deepcopy(one) is one for one in (passage, embedded))
