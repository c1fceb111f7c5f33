"""A report says what was read of a document and what was not, and survives storage."""

from personal_bot.documents.converters.content import (
    SEGMENT_CHARS,
    Block,
    BlockKind,
    Page,
    Remark,
    RemarkKind,
)
from personal_bot.documents.reports import Report, make_report

PDF = "application/pdf"
PICTURE = Remark(RemarkKind.PICTURE)


def table(text: str, lead: str = "") -> Block:
    return Block(text, BlockKind.TABLE, lead=lead)


def test_pages_without_text_are_counted_and_numbered() -> None:
    pages = [Page(1, [Block("text")]), Page(2, [], None, [PICTURE]), Page(3, [])]
    report = make_report(PDF, pages)
    assert (report.count, report.empty) == (3, (2, 3))
    assert not report.is_complete


def test_an_empty_page_that_shows_nothing_is_no_loss() -> None:
    assert make_report(PDF, [Page(1, [Block("text")]), Page(2, [])]).is_complete


def test_a_table_in_several_blocks_is_counted_once() -> None:
    long = table("row\n" * (SEGMENT_CHARS // 4), "T")
    assert make_report(PDF, [Page(1, [long, table("last", "T"), Block("text")])]).tables == 1


def test_tables_one_under_another_are_two() -> None:
    assert make_report(PDF, [Page(1, [table("a"), table("b")])]).tables == 2


def test_remarks_of_a_kind_are_added_up() -> None:
    pages = [Page(number, [Block("text")], None, [PICTURE, PICTURE]) for number in (1, 2)]
    assert make_report(PDF, pages).totals == (Remark(RemarkKind.PICTURE, 4),)


def test_what_was_read_although_hidden_is_no_loss() -> None:
    page = Page(None, [Block("text")], "Sheet", [Remark(RemarkKind.HIDDEN, 3)])
    assert make_report(PDF, [page]).is_complete


def test_the_parts_of_a_long_sheet_are_one() -> None:
    pages = [
        Page(None, [table("a" * 10, "T")], "Sheet"),
        Page(None, [table("b" * 5, "T")], "Sheet"),
    ]
    [page] = make_report(PDF, pages).pages
    assert (page.title, page.characters) == ("Sheet", 15)


def test_a_text_without_pages_has_none() -> None:
    assert make_report("text/plain", [Page(None, [Block("text")])]).count == 0


def test_a_report_is_the_same_after_storage() -> None:
    pages = [
        Page(1, [Block("text"), table("a")], "«Title»", [PICTURE]),
        Page(2, [], None, [Remark(RemarkKind.SKIPPED, 2, "object")]),
    ]
    report = make_report(PDF, pages)
    assert Report.load(report.dump()) == report


def test_a_document_of_an_earlier_version_has_an_empty_report() -> None:
    assert Report.load("") == Report()


def test_a_report_of_thousands_of_pages_keeps_those_with_remarks() -> None:
    pages = [Page(number, [Block("text")]) for number in range(1, 4_000)]
    pages.append(Page(4_000, [], None, [PICTURE]))
    report = make_report(PDF, pages)
    assert report.count == 4_000
    assert report.pages[-1].number == 4_000
    assert len(report.dump()) < 20_000
