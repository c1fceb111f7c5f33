import pytest

from personal_bot.documents.converters.content import BlockKind
from personal_bot.documents.converters.text import markdown
from tests.blocks import list_remarks, read, show


def read_blocks(text: str) -> list[tuple[BlockKind, int, str]]:
    (page,) = read(markdown, text.encode())
    return [(block.kind, block.level, block.text) for block in page.blocks]


def show_text(text: str) -> str:
    return show(read(markdown, text.encode()))


def test_headings_have_levels() -> None:
    assert read_blocks("# One *two*\n\nThree\n---\n\n####### no") == [
        (BlockKind.HEADING, 1, "One two"),
        (BlockKind.HEADING, 2, "Three"),
        (BlockKind.PARAGRAPH, 0, "####### no"),
    ]


def test_items_keep_their_markers_numbers_and_boxes() -> None:
    assert read_blocks("- a\n  - b\n    more\n- [x] done\n- [ ] open\n\n7) seven\n8) eight") == [
        (BlockKind.ITEM, 0, "- a"),
        (BlockKind.ITEM, 1, "- b\nmore"),
        (BlockKind.ITEM, 0, "- ☑ done"),
        (BlockKind.ITEM, 0, "- ☐ open"),
        (BlockKind.ITEM, 0, "7) seven"),
        (BlockKind.ITEM, 0, "8) eight"),
    ]


def test_code_keeps_its_indentation_and_its_fence() -> None:
    (page,) = read(markdown, b"~~~~python\n# no heading\n    x = 1\n~~~~\n\n    plain\n")
    assert [(b.kind, b.lead, b.text) for b in page.blocks] == [
        (BlockKind.CODE, "~~~~python", "# no heading\n    x = 1\n"),
        (BlockKind.CODE, "", "plain\n"),
    ]


def test_only_emphasis_is_taken_out_of_text() -> None:
    assert show_text("**a** *b* `c_d_` x_y_z 2 \\* 3 &amp; <b>e</b> <your-name>") == (
        "a b `c_d_` x_y_z 2 * 3 & e <your-name>"
    )


def test_formulas_stay_as_they_are_written() -> None:
    for text in ("$a_1 * b_2 * c$", "\\(x_1 * y_1\\)", "$$\na_1 * b_1\n$$"):
        assert show_text(f"See {text}.") == f"See {text}."
    assert show_text("It costs $5 and *not* $6") == "It costs $5 and not $6"


def test_links_show_their_addresses_once() -> None:
    text = "[site](https://a.example/b) <https://c.example> [d](#e) ![a picture](p.png) [f]\n\n[f]: https://f.example"
    assert show_text(text) == (
        "site (https://a.example/b) https://c.example d a picture f (https://f.example)"
    )


def test_definitions_of_links_that_no_text_uses_are_kept() -> None:
    assert "[1]: https://a.example Title" in show_text('Text\n\n[1]: https://a.example "Title"')


def test_all_cells_of_a_table_are_read() -> None:
    text = show_text("| a | b |\n|---|--:|\n| x \\| y | **1** |\n| z | 2 | more |")
    assert all(part in text for part in ("a: x | y; b: 1", "a: z; b: 2", "more"))


def test_quotes_front_matter_and_html_are_read() -> None:
    text = "---\ntitle: T\n---\n> one\n> two\n\n<div>\n<p>inner</p>\n</div>\n\n<placeholder>\n"
    assert show_text(text) == "title: T\n> one\n> two\ninner\n<placeholder>"


def test_what_nests_too_deeply_is_kept_as_it_is_written() -> None:
    assert "deepest" in show_text("> " * 50 + "deepest")
    assert "deepest" in show_text("".join(f"{'  ' * n}- n\n" for n in range(60)) + "\ndeepest")


def test_a_doubtful_encoding_is_stated() -> None:
    assert list_remarks(read(markdown, "# Źródło".encode("cp1250")))
    assert not list_remarks(read(markdown, "# Źródło".encode("cp1250"), encoding="cp1250"))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"at \\nas01\docs\_archive now", r"at \\nas01\docs\_archive now"),
        (r"in C:\Users\vera\.config\app", r"in C:\Users\vera\.config\app"),
        ("in __init__.py and __main__", "in __init__.py and __main__"),
        ("__Very important__ and *this*", "Very important and this"),
        (r"snake\_case and 2 \* 3", "snake_case and 2 * 3"),
        (r"the area \(a+b\) of it", r"the area \(a+b\) of it"),
    ],
)
def test_paths_and_names_are_no_markup(source: str, text: str) -> None:
    assert show(read(markdown, source.encode())) == text
