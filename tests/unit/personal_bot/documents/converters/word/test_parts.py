import pytest

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.word import pages as word
from tests.blocks import list_remarks, read, show
from tests.documents import R, W, make_docx, make_relationships, paragraph, table

FIELD = '<w:fldSimple w:instr="PAGE"><w:r><w:t>3</w:t></w:r></w:fldSimple>'


def section(*references: str, properties: str = "") -> str:
    links = "".join(
        f'<w:{kind} xmlns:r="{R}" r:id="{key}"/>' for kind, key in map(_split, references)
    )
    return f"<w:sectPr>{links}{properties}</w:sectPr>"


def _split(reference: str) -> tuple[str, str]:
    kind, _, key = reference.partition(" ")
    name, _, type_ = kind.partition(":")
    return f'{name}Reference w:type="{type_ or "default"}"', key


def margins(**texts: str) -> dict[str, str]:
    """Return the parts of headers and footers by relationship id, given as XML."""
    links = "".join(
        f'<Relationship Id="{key}" Type="{R}/header" Target="{key}.xml"/>' for key in texts
    )
    return {
        "word/_rels/document.xml.rels": make_relationships(links),
        **{
            f"word/{key}.xml": f'<w:hdr xmlns:w="{W}">{text}</w:hdr>' for key, text in texts.items()
        },
    }


def show_body(body: str, parts: dict[str, str]) -> str:
    return show(read(word, make_docx(body, parts)))


def test_headers_and_footers_precede_their_section_and_are_read_once() -> None:
    parts = margins(
        h1=paragraph("Contract 4471-B"),
        f1=table([paragraph("Alfa LLC"), paragraph("tax number 77")]),
        h2=paragraph("Annex") + paragraph("Contract 4471-B"),
    )
    first = section("header h1", "footer f1")
    body = (
        f"{paragraph('one')}<w:p><w:pPr>{first}</w:pPr></w:p>{paragraph('two')}"
        f"{section('header h2', 'footer f1')}"
    )
    assert show_body(body, parts) == ("Contract 4471-B\nAlfa LLC | tax number 77\none\nAnnex\ntwo")


def test_only_headers_that_word_shows_are_read() -> None:
    parts = margins(h1=paragraph("first"), h2=paragraph("even"), h3=paragraph("all"))
    references = ("header:first h1", "header:even h2", "header h3")
    assert show_body(paragraph("x") + section(*references), parts) == "all\nx"
    parts["word/settings.xml"] = f'<w:settings xmlns:w="{W}"><w:evenAndOddHeaders/></w:settings>'
    all_shown = section(*references, properties="<w:titlePg/>")
    assert show_body(paragraph("x") + all_shown, parts) == "first\neven\nall\nx"


def test_a_section_keeps_the_header_of_the_one_before() -> None:
    parts = margins(h1=paragraph("first page"))
    body = (
        f"{paragraph('one')}<w:p><w:pPr>{section('header:first h1')}</w:pPr></w:p>{paragraph('two')}"
        f"{section(properties='<w:titlePg/>')}"
    )
    assert show_body(body, parts) == "one\nfirst page\ntwo"


def test_page_numbers_in_headers_are_left_out() -> None:
    text = "<w:r><w:t>{}</w:t></w:r>"
    header = f"<w:p>{text.format('Page ')}{FIELD}{text.format(' of ')}{FIELD}</w:p>"
    parts = margins(h1=header, f1=f"<w:p>{text.format('Secret ')}{FIELD}</w:p>")
    body = f"<w:p>{text.format('see ')}{FIELD}</w:p>{section('header h1', 'footer f1')}"
    assert show_body(body, parts) == "Secret \nsee 3"


def test_what_is_not_read_in_a_header_is_reported() -> None:
    parts = margins(h1="<w:p><w:r><w:t>text</w:t><w:object/></w:r></w:p>")
    pages = read(word, make_docx(paragraph("body") + section("header h1"), parts))
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, 1, "object")]


def test_a_damaged_header_is_reported() -> None:
    parts = {**margins(h1=""), "word/h1.xml": "<w:hdr"}
    pages = read(word, make_docx(paragraph("text") + section("header h1"), parts))
    assert show(pages) == "text"
    assert list_remarks(pages) == [Remark(RemarkKind.DAMAGED)]


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_stand_where_they_are_referred_to(kind: str) -> None:
    notes = {
        f"word/{kind}s.xml": f'<w:{kind}s xmlns:w="{W}"><w:{kind} w:id="2">'
        f"{paragraph('see')}{table([paragraph('annex')])}</w:{kind}></w:{kind}s>"
    }
    body = f'<w:p><w:r><w:t>price</w:t><w:{kind}Reference w:id="2"/><w:t>.</w:t></w:r></w:p>'
    assert show_body(body, notes) == "price (see annex)."


def test_comments_stand_at_the_text_that_they_are_about() -> None:
    comments = {
        "word/comments.xml": f'<w:comments xmlns:w="{W}"><w:comment w:id="0" w:author="Anna">'
        f"{paragraph('7 %')}{paragraph('see letter')}</w:comment></w:comments>"
    }
    body = '<w:p><w:r><w:t>5 %</w:t><w:commentReference w:id="0"/><w:t>.</w:t></w:r></w:p>'
    assert show_body(body, comments) == "5 % [💬 Anna: 7 % see letter]."
    assert show_body(table([body, paragraph("x")]), comments) == (
        "5 % [💬 Anna: 7 % see letter]. | x"
    )


def test_a_note_that_refers_to_itself_is_read_once() -> None:
    note = '<w:p><w:r><w:t>loop</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    notes = {
        "word/footnotes.xml": f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="2">{note}'
        "</w:footnote></w:footnotes>"
    }
    assert show_body(note, notes) == "loop (loop)"
