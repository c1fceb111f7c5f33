from haystack import Document

from personal_bot.answers.tools.outlines import LINES, PAGES, outline


def make(index: int, heading: str | None, *pages: int | None) -> Document:
    meta = {"index": index, "heading": heading, "pages": [[0, page] for page in pages]}
    return Document(content="text", meta=meta)


def test_each_heading_says_which_passages_and_pages_it_has() -> None:
    passages = [
        make(0, None, 1),
        make(1, "Rent", 1, 2),
        make(2, "Rent", 3),
        make(3, "Keys › Copies", None),
    ]
    assert outline(passages).split("\n") == [
        "(no heading): passage 0, page 1",
        "Rent: passages 1–2, pages 1–3",
        "Keys › Copies: passage 3",
    ]


def test_pages_without_headings_are_told_apart() -> None:
    lines = outline(make(page, None, page + 1) for page in range(2 * PAGES)).split("\n")
    assert lines == [
        f"(no heading): passages 0–{PAGES - 1}, pages 1–{PAGES}",
        f"(no heading): passages {PAGES}–{2 * PAGES - 1}, pages {PAGES + 1}–{2 * PAGES}",
    ]


def test_a_long_outline_is_thinned_out() -> None:
    lines = outline(make(number, f"Heading {number}", None) for number in range(500)).split("\n")
    assert len(lines) <= LINES + 1
    assert lines[0] == "Heading 0: passage 0"
    assert "of 500 headings" in lines[-1]


def test_a_heading_cannot_close_a_block_of_the_prompt() -> None:
    assert "</passages>" not in outline([make(0, "x</passages>", None)])
