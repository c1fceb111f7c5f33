"""Passages contain every word of a document, can be read alone, and know their pages."""

import copy
import gc
import re
from dataclasses import replace
from itertools import pairwise

import pytest
from haystack import Document
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents import units
from personal_bot.documents.converters.content import (
    PASSAGE_CHARS,
    PASSAGE_WORDS,
    SEGMENT_CHARS,
    Block,
    BlockKind,
    Page,
)
from personal_bot.documents.packing import OVERLAP
from personal_bot.documents.splitting import HEADING, split_pages
from personal_bot.errors import ConversionLimitError
from personal_bot.index import passages
from personal_bot.index.passages import find_page


def make_pages(texts: list[str]) -> list[Page]:
    return [Page(number, [Block(text)]) for number, text in enumerate(texts, 1)]


def split(*blocks: Block) -> list[Document]:
    return list(split_pages([Page(None, blocks)], "a.md", "v"))


def list_contents(*blocks: Block) -> list[str]:
    return [passage.content or "" for passage in split(*blocks)]


def heading(text: str, level: int = 1) -> Block:
    return Block(text, BlockKind.HEADING, level)


def table(*rows: str, lead: str = "") -> Block:
    return Block("\n".join(rows), BlockKind.TABLE, lead=lead)


def item(text: str) -> Block:
    return Block(text, BlockKind.ITEM)


def make_words(first: int, last: int) -> str:
    return " ".join(f"word{number}" for number in range(first, last))


def make_sentence(number: int, words: int = 12) -> str:
    return f"Sentence{number} {make_words(0, words - 2)} end{number}."


@given(st.lists(st.integers(0, 300), min_size=1, max_size=6), st.sampled_from([" ", "\n", ". "]))
def test_every_word_is_on_the_page_that_its_passage_says(sizes: list[int], gap: str) -> None:
    pages = [
        gap.join(f"p{page}w{word}" for word in range(size)) for page, size in enumerate(sizes, 1)
    ]

    seen: set[str] = set()
    for passage in split_pages(make_pages(pages), "a.pdf", "v"):
        content = passage.content or ""
        for word in content.replace(".", " ").split():
            page = find_page(passage.meta["pages"], content.index(word))
            assert word.startswith(f"p{page}w")
            seen.add(word)
    assert seen == {word for page in pages for word in page.replace(".", " ").split()}


@given(
    st.lists(
        st.builds(
            Block,
            st.text(max_size=400),
            st.sampled_from(BlockKind),
            st.integers(1, 6),
            st.sampled_from(["", "Title", "```python"]),
            st.none(),
        ),
        max_size=8,
    )
)
def test_any_blocks_can_be_split_and_no_passage_is_too_long(blocks: list[Block]) -> None:
    contents = list_contents(*blocks)

    letters = {x for block in blocks for x in block.text if x.isalnum()}
    assert letters <= {x for content in contents for x in content if x.isalnum()}
    assert all(0 < len(content) <= 1.4 * PASSAGE_CHARS for content in contents)


def test_a_sentence_that_crosses_a_page_break_stays_whole() -> None:
    pages = make_pages(["The warranty of the pump", "lasts three years. Oil is changed monthly."])

    (passage,) = split_pages(pages, "a.pdf", "v")

    content = passage.content or ""
    assert "The warranty of the pump\nlasts three years." in content
    assert find_page(passage.meta["pages"], content.index("pump")) == 1
    assert find_page(passage.meta["pages"], content.index("lasts")) == 2


def test_a_list_item_that_crosses_a_page_break_stays_whole() -> None:
    pages = [Page(1, [item("1.5. Keys of the office,")]), Page(2, [Block("which are two.")])]
    assert "Keys of the office,\nwhich are two." in str(split_pages(pages, "a.pdf", "v")[0].content)


def test_pages_of_different_titles_are_passages_of_their_own() -> None:
    pages = [Page(1, [Block("Sales grew.")], "Sales"), Page(2, [Block("Costs fell.")], "Costs")]

    first, second = split_pages(pages, "a.pptx", "v")

    assert (first.content, first.meta["heading"]) == ("Sales grew.", "Sales")
    assert (second.content, second.meta["pages"]) == ("Costs fell.", [[0, 2]])


def test_each_passage_has_the_path_of_its_headings() -> None:
    found = split(
        Block("Intro text."),
        heading("Pump"),
        Block("General."),
        heading("Oil", 2),
        Block("Monthly."),
        heading("Valve"),
        Block("None."),
    )
    assert [passage.meta["heading"] for passage in found] == [None, "Pump", "Pump › Oil", "Valve"]


def test_a_heading_is_no_passage_of_its_own() -> None:
    contents = list_contents(
        heading("Manual"), heading("Pump", 2), *[Block(make_sentence(n)) for n in range(30)]
    )
    assert contents[0].startswith("Manual\n\nPump\n\nSentence0")
    assert len(contents) > 1


def test_a_slide_that_begins_with_its_title_names_it_once() -> None:
    page = Page(1, [heading("Sales"), Block("They grew.")], "Sales")
    (passage,) = split_pages([page], "a.pptx", "v")
    assert passage.meta["heading"] == "Sales"


def test_a_heading_costs_no_more_than_a_line_in_each_passage() -> None:
    blocks = [
        *(heading(f"{'long ' * 500}{level}", level) for level in range(1, 7)),
        Block(make_words(0, 900)),
    ]
    assert all(len(passage.meta["heading"]) <= HEADING for passage in split(*blocks))


def test_a_paragraph_is_cut_between_sentences_and_repeats_the_last_one() -> None:
    text = " ".join(make_sentence(n) for n in range(40))

    contents = list_contents(Block(text))

    assert len(contents) > 3
    assert all(content.startswith("Sentence") for content in contents)
    assert all(re.search(r"end\d+\.$", content) for content in contents)
    for before, after in pairwise(contents):
        assert after.split(".")[0] in before
        assert len(after.split(".")[0].split()) <= OVERLAP


def test_an_abbreviation_does_not_end_a_sentence() -> None:
    text = "Договор заключён 3 мая 2024 г. в г. Москве, т. е. " + make_words(0, 60) + "."
    assert all("г. в г. Москве" in one for one in list_contents(Block(text), Block(text)))


def test_a_passage_rather_ends_where_a_paragraph_does() -> None:
    paragraphs = [Block(" ".join(make_sentence(n) for n in range(4))) for _ in range(6)]
    assert all(content.endswith("end3.") for content in list_contents(*paragraphs))


def test_a_row_is_never_cut_and_the_title_stands_in_each_passage() -> None:
    rows = [f"Name: worker {number}; Room: {number} on floor {number % 7}" for number in range(99)]

    contents = list_contents(Block("Before."), table("Name | Room", *rows, lead="Staff of Omsk"))

    assert len(contents) > 3
    assert all("Staff of Omsk" in content for content in contents)
    assert all(content.count("Staff of Omsk") == 1 for content in contents)
    found = [line for content in contents for line in content.split("\n") if "worker" in line]
    assert found == rows


def test_a_table_in_several_blocks_is_one_table() -> None:
    rows = [f"row {number} of a long table" for number in range(SEGMENT_CHARS // 40)]
    contents = list_contents(table(*rows, lead="T"), table("the last row", lead="T"))
    assert contents[-1].startswith("T\nrow")
    assert contents[-1].endswith("table\nthe last row")


def test_tables_one_under_another_each_have_their_title() -> None:
    contents = list_contents(table("a | b", lead="T"), table("c | d", lead="T"))
    assert contents == ["T\na | b\n\nT\nc | d"]


def test_a_header_stands_with_the_first_row() -> None:
    rows = [f"Name: worker {number}" for number in range(60)]
    contents = list_contents(Block(make_words(0, 110)), table("Name | Room", *rows))
    assert any("Name | Room\nName: worker 0" in content for content in contents)


def test_a_list_keeps_the_line_that_introduces_it() -> None:
    items = [item(f"• document number {number} with its copy") for number in range(60)]

    contents = list_contents(Block("To open an account, bring:"), *items, Block("Then wait."))

    assert len(contents) > 2
    assert all(content.startswith("To open an account, bring:\n") for content in contents)
    assert all(content.count("bring:") == 1 for content in contents)


def test_code_is_fenced_in_each_passage() -> None:
    code = "\n".join(f"    print({number}, 'a line of code')" for number in range(80))

    contents = list_contents(Block("Run:"), Block(code, BlockKind.CODE, lead="```python"))

    assert len(contents) > 2
    assert all(content.count("```") == 2 for content in contents)
    assert all(content.endswith("\n```") for content in contents)
    assert contents[1].startswith("```python\n    print(")


def test_lines_of_code_keep_their_indentation() -> None:
    (content,) = list_contents(Block("if a:\n    b()\n\n    c()", BlockKind.CODE))
    assert content == "if a:\n    b()\n\n    c()"


def test_a_short_rest_is_added_to_the_passage_before() -> None:
    text = " ".join(make_sentence(n) for n in range(10))
    (content,) = list_contents(Block(text), Block("A short end."))
    assert content.endswith("A short end.")


@pytest.mark.parametrize("gap", ["\n", ". ", " "])
def test_a_text_of_many_pieces_loses_no_word_and_keeps_its_order(gap: str) -> None:
    text = gap.join(make_words(n, n + 50) for n in range(0, 9_000, 50))

    contents = list_contents(Block(text))

    found = {word for content in contents for word in re.findall(r"\w+", content)}
    assert found == set(make_words(0, 9_000).split())
    places = [text.index(content) for content in contents]
    assert places == sorted(places)
    assert all(len(content.split()) <= PASSAGE_WORDS for content in contents)


def test_a_long_text_without_a_space_is_split_too() -> None:
    assert sum(map(len, list_contents(Block("字" * 60_000)))) == 60_000


def test_the_same_document_gives_the_same_passages_with_the_same_ids() -> None:
    pages = make_pages([make_words(0, 500)])

    one, another = (split_pages(pages, "a.pdf", "v1") for _ in range(2))

    assert [passage.id for passage in one] == [passage.id for passage in another]
    assert len({passage.id for passage in one}) == len(one)
    assert not {p.id for p in split_pages(pages, "a.pdf", "v2")} & {p.id for p in one}


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "… — …"])
def test_text_without_a_letter_gives_no_passage(text: str) -> None:
    assert not split(Block(text))


def test_splitting_gives_way_to_others_between_its_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Splitting yields the interpreter, because it would block other threads."""
    turns: list[None] = []
    monkeypatch.setattr(units, "yield_interpreter", lambda: turns.append(None))
    split(Block(make_words(0, 40_000)))
    assert len(turns) > 1


def test_a_document_of_too_many_passages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passages, "PASSAGES", 10)
    blocks = [block for n in range(11) for block in (heading(str(n)), Block("text"))]
    assert len(split(*blocks[:20])) == 10
    with pytest.raises(ConversionLimitError, match="passages"):
        split(*blocks)


def test_a_large_document_keeps_no_passage_in_memory() -> None:
    """Passages are not kept in memory, because many objects make garbage collections slow."""

    def count() -> int:
        return sum(isinstance(one, Document) for one in gc.get_objects())

    before = count()
    found = split_pages(make_pages([make_words(0, 5_000)] * 2), "a.pdf", "v")
    assert len(found) > 50
    assert count() == before
    assert found[3:5] == [found[3], found[4]] == list(found)[3:5]


def test_no_pipeline_copies_a_passage() -> None:
    (passage,) = split(Block("a text"))
    embedded = replace(passage, embedding=[1.0])
    assert copy.deepcopy([passage, embedded]) == [passage, embedded]
    assert all(copy.deepcopy(one) is one for one in (passage, embedded))
