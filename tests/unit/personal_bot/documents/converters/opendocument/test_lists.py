from functools import partial

from personal_bot.documents.converters.content import Block, BlockKind
from personal_bot.documents.converters.opendocument import pages as opendocument
from tests import blocks
from tests.blocks import show
from tests.open_documents import heading, items, make_odt, make_styles, paragraph

read = partial(blocks.read, opendocument)


def level(number: int, form: str = "1", attributes: str = "") -> str:
    return (
        f'<text:list-level-style-number text:level="{number}" style:num-format="{form}" '
        f'style:num-suffix="." {attributes}/>'
    )


def list_style(*levels: str, name: str = "L1") -> str:
    return f'<text:list-style style:name="{name}">{"".join(levels)}</text:list-style>'


NUMBERED = list_style(level(1), level(2, attributes='text:display-levels="2"'))


def show_lines(body: str, styles: str = NUMBERED, **parts: dict[str, str]) -> list[str]:
    return show(read(make_odt(body, styles, **parts))).split("\n")


def test_items_have_numbers_of_all_levels_that_their_style_shows() -> None:
    inner = items(paragraph("b"), paragraph("c"))
    body = items(paragraph("a") + inner, paragraph("d"), style="L1")
    (page,) = read(make_odt(body, NUMBERED))
    assert page.blocks == [
        Block("1. a", BlockKind.ITEM, 0),
        Block("1.1. b", BlockKind.ITEM, 1),
        Block("1.2. c", BlockKind.ITEM, 1),
        Block("2. d", BlockKind.ITEM, 0),
    ]


def test_the_format_of_newer_programs_comes_first() -> None:
    styles = list_style(level(1, "A"), level(2, "i", 'loext:num-list-format="§%1%-%2%)"'))
    body = items(paragraph("a") + items(paragraph("b"), paragraph("c")), style="L1")
    assert show_lines(body, styles) == ["A. a", "§A-i) b", "§A-ii) c"]


def test_only_the_first_paragraph_of_an_item_has_the_number() -> None:
    body = items(paragraph("a") + paragraph("more"), paragraph("b"), style="L1")
    assert show_lines(body) == ["1. a", "more", "2. b"]


def test_a_list_begins_anew_unless_it_continues_another() -> None:
    first = items(paragraph("a"), paragraph("b"), style="L1", attributes='xml:id="x"')
    anew = items(paragraph("c"), style="L1")
    by_id = items(paragraph("d"), style="L1", attributes='text:continue-list="x"')
    by_style = items(paragraph("e"), style="L1", attributes='text:continue-numbering="true"')
    lines = show_lines(first + anew + by_id + by_style)
    assert lines == ["1. a", "2. b", "1. c", "3. d", "4. e"]


def test_an_item_that_only_holds_a_list_has_no_number() -> None:
    first = items(paragraph("a") + items(paragraph("b")), style="L1")
    rest = items(items(paragraph("c")), style="L1", attributes='text:continue-numbering="true"')
    assert show_lines(first + rest) == ["1. a", "1.1. b", "1.2. c"]


def test_an_item_may_begin_with_another_number() -> None:
    styles = list_style(level(1, attributes='text:start-value="5"'))
    body = items(paragraph("a"), style="L1").replace(
        "</text:list>",
        f'<text:list-item text:start-value="9">{paragraph("b")}</text:list-item></text:list>',
    )
    assert show_lines(body, styles) == ["5. a", "9. b"]


def test_a_stored_number_comes_first() -> None:
    body = items(f"<text:number>IV.</text:number>{paragraph('a')}", style="L1")
    assert show_lines(body) == ["IV. a"]


def test_cyrillic_letters_and_telling_bullets_are_kept() -> None:
    bullet = '<text:list-level-style-bullet text:level="2" text:bullet-char="{}"/>'
    styles = list_style(level(1, "а, б, .., аа, аб, ... (ru)"), bullet.format("☑"))
    body = items(paragraph("x") + items(paragraph("y")), paragraph("z"), style="L1")
    assert show_lines(body, styles) == ["а. x", "☑ y", "б. z"]


def test_a_header_of_a_list_has_no_number() -> None:
    body = items(paragraph("a"), style="L1").replace(
        "</text:list>", f"<text:list-header>{paragraph('b')}</text:list-header></text:list>"
    )
    assert show_lines(body) == ["1. a", "b"]


def test_a_paragraph_names_the_style_of_a_list_without_one() -> None:
    style = '<style:style style:name="P1" style:family="paragraph" style:list-style-name="L1"/>'
    assert show_lines(items(paragraph("a", "P1")), style + NUMBERED) == ["1. a"]


def outline(*levels: str) -> dict[str, str]:
    styles = "".join(
        f'<style:style style:name="H{number}" style:family="paragraph" '
        f'style:default-outline-level="{number}"/>'
        for number in (1, 2)
    )
    levels_ = "".join(levels).replace("list-level-style-number", "outline-level-style")
    return make_styles(f"{styles}<text:outline-style>{levels_}</text:outline-style>")


def test_headings_have_the_numbers_of_the_outline() -> None:
    parts = outline(level(1), level(2, attributes='text:display-levels="2"'))
    body = heading("a", 1, "H1") + heading("b", 2, "H2") + heading("c", 1, "H1")
    body += heading("d", 2, "H2") + heading("e", 1)
    assert show_lines(body, parts=parts) == ["1. a", "1.1. b", "2. c", "2.1. d", "e"]
    assert show_lines(body, parts=outline()) == ["a", "b", "c", "d", "e"]


def test_a_heading_may_restart_the_outline() -> None:
    body = heading("a", 1, "H1") + heading("b", 1, "H1").replace(
        "<text:h ", '<text:h text:restart-numbering="true" text:start-value="7" '
    )
    assert show_lines(body, parts=outline(level(1))) == ["1. a", "7. b"]
