"""Structure that carries meaning in HTML is kept: lists, tables, code, definitions, details."""

import pytest

from personal_bot.documents.converters.content import Block, BlockKind
from personal_bot.documents.converters.web.pages import read_html
from tests.blocks import show_block


def read(html: str) -> list[Block]:
    return list(read_html(html))


def show(html: str) -> str:
    return "\n".join(map(show_block, read(html)))


def test_preformatted_text_keeps_lines_and_indentation() -> None:
    [block] = read("<pre>apt update\n  apt install nginx\nsystemctl start nginx</pre>")
    assert block.text == "apt update\n  apt install nginx\nsystemctl start nginx"
    assert (block.kind, block.lead) == (BlockKind.CODE, "```")


def test_code_names_its_language() -> None:
    [block] = read('<pre><code class="language-python">a = <b>rows</b>[0]</code></pre>')
    assert (block.text, block.lead) == ("a = rows[0]", "```python")


def test_headings_have_levels() -> None:
    blocks = read("<h1>One</h1><h3>Two <em>words</em></h3><p>Text")
    assert [(block.text, block.kind, block.level) for block in blocks] == [
        ("One", BlockKind.HEADING, 1),
        ("Two words", BlockKind.HEADING, 3),
        ("Text", BlockKind.PARAGRAPH, 0),
    ]


def test_items_have_their_numbers_and_depth() -> None:
    blocks = read("<ol start=3><li>Three<ul><li>inner</ul><li>Four<li value=9>Nine</ol>")
    assert [(block.text, block.level) for block in blocks] == [
        ("3. Three", 0),
        ("• inner", 1),
        ("4. Four", 0),
        ("9. Nine", 0),
    ]


def test_a_definition_stands_with_its_term() -> None:
    assert show("<dl><dt>Term</dt><dd>Meaning</dd><dt>Rent</dt><dd>900 a month</dd></dl>") == (
        "Term: Meaning\nRent: 900 a month"
    )


def test_details_are_read_with_their_summary() -> None:
    assert show("<details><summary>How long?</summary><p>Two years.</p></details>") == (
        "How long? Two years."
    )


def test_a_spanned_value_counts_for_every_row() -> None:
    shown = show(
        "<table><tr><th>Zone<th>City<th>Price<tr><td rowspan=2>East<td>Kirov<td>130"
        "<tr><td>Perm<td>150</table>"
    )
    assert "Zone: East; City: Perm; Price: 150" in shown


def test_a_header_of_two_rows_gives_joined_names() -> None:
    shown = show(
        "<table><thead><tr><th rowspan=2>Item<th colspan=2>Quarter 1<tr><th>Plan<th>Fact</thead>"
        "<tr><td>Rent<td>100<td>110<tr><td>Heat<td>20<td>25</table>"
    )
    assert "Item: Heat; Quarter 1 › Plan: 20; Quarter 1 › Fact: 25" in shown


def test_the_caption_is_the_title_of_a_table() -> None:
    blocks = read("<table><caption>Prices</caption><tr><th>A<th>B<tr><td>1<td>2</table>")
    assert {block.lead for block in blocks} == {"Prices"}


def test_a_table_that_arranges_others_is_read_through() -> None:
    shown = show(
        "<table><tr><td><p>Hello</p></td><td><table><tr><th>A<th>B<tr><td>1<td>2</table></td></tr>"
        "</table>"
    )
    assert "Hello" in shown
    assert "A: 1; B: 2" in shown


def test_cells_without_a_row_are_a_row() -> None:
    assert show("<table><td>cell<td>another</table>") == "cell | another"


def test_a_row_of_a_layout_is_no_header() -> None:
    shown = show("<table><tr><td>Phone<td>+7 999<tr><td>City<td>Tver</table>")
    assert "Tver" in shown
    assert "Phone: City" not in shown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>H<sub>2</sub>O", "H₂O"),
        ("<p>45 m<sup>2</sup>", "45 m²"),
        ("<p>the 2<sup>nd</sup> floor", "the 2nd floor"),
        ("<p>x<sup>n+1</sup>", "x^(n+1)"),
        ("<p>Note<sup>[3]</sup>", "Note[3]"),
        ("<p>in 1911<sup><a href='#n1'>1</a></sup>.", "in 1911 ¹."),
        ("<p>10<sup>6</sup>", "10⁶"),
        ("<p>in 1911<a epub:type='noteref' href='#n1'>1</a>.", "in 1911 ¹."),
        ("<p>in 1911<a role='doc-noteref' href='#n1'>12</a>.", "in 1911 ¹²."),
        ("<p><input type=checkbox checked>insured<input type=checkbox>not", "☑ insured☐ not"),
        ("<p>City: <input value=Tver>", "City: Tver"),
        ("<p><select><option>a<option selected>b</select>", "b"),
        ("<p>one<br>two", "one\ntwo"),
        ("<p>seen<span style='display:none'>not</span><b hidden>nor this</b>", "seen"),
        ("<div>a<div>b</div>c</div>", "a\nb\nc"),
        ("<p><img alt='A cat on a mat'><img alt='x.png'>", "[picture: A cat on a mat]"),
        ("<blockquote>quoted</blockquote>", "quoted"),
        ("<a href=x><p>block in a link</p></a>", "block in a link"),
    ],
)
def test_inline_text_keeps_its_meaning(html: str, text: str) -> None:
    assert show(html) == text
