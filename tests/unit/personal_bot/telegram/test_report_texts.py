"""People are told in one line what was read of a document, and in its card what to do."""

import pytest

from personal_bot.documents.converters.content import Block, BlockKind, Page, Remark, RemarkKind
from personal_bot.documents.reports import Report, make_report
from personal_bot.telegram import keyboards
from personal_bot.telegram.keyboards import EncodingButton
from personal_bot.telegram.markup import MESSAGE_LIMIT
from personal_bot.telegram.texts import documents, reports
from tests.unit.personal_bot.conftest import make_card

pytestmark = pytest.mark.usefixtures("speaking")

PDF = "application/pdf"
SHEETS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
TABLE = Block("a | b", BlockKind.TABLE)


def card_of(*pages: Page, media_type: str = PDF, passages: int = 41):
    report = make_report(media_type, pages)
    numbers = max((page.number or 0 for page in pages), default=0)
    return make_card(1, "contract.pdf", pages=numbers, passages=passages, report=report)


def test_one_line_says_what_was_read_and_what_was_not() -> None:
    blank = {5, 9}
    pages = [
        Page(
            number,
            [] if number in blank else [Block("text")],
            None,
            [Remark(RemarkKind.PICTURE)] if number in blank else (),
        )
        for number in range(1, 13)
    ]
    pages[0] = Page(1, [TABLE, Block("text"), TABLE, Block("text"), TABLE])
    assert documents.show_indexed(card_of(*pages), replaced=False) == (
        "⚠️ contract.pdf — 12 pages, 2 without text (5, 9) · 3 tables · 2 pictures not read · "
        "41 passages"
    )


def test_a_document_that_lost_nothing_is_marked_so() -> None:
    line = documents.show_indexed(card_of(Page(1, [Block("text")])), replaced=True)
    assert line == "✅ contract.pdf — 1 page · 41 passages · replaces the earlier version"


@pytest.mark.parametrize(
    ("media_type", "facts"), [(SHEETS, "2 sheets"), (SLIDES, "2 slides"), (PDF, "2 pages")]
)
def test_parts_are_called_as_in_their_program(media_type, facts) -> None:
    pages = [Page(1, [Block("text")], "One"), Page(2, [Block("text")], "Two")]
    assert reports.summarize(card_of(*pages, media_type=media_type)).startswith(f"{facts} · ")


@pytest.mark.parametrize(("kind"), list(RemarkKind))
def test_every_loss_is_named_with_what_to_do(kind: RemarkKind) -> None:
    card = card_of(Page(1, [Block("text")], None, [Remark(kind, 2, "cp1253")]))
    line, shown = reports.summarize(card), reports.show_card(card)
    assert (line == "1 page · 41 passages") is not kind.is_loss
    before_pages = shown.partition("p. 1:")[0]
    assert len(before_pages.strip().split("\n\n")) == (2 if kind.is_loss else 1)


def test_a_card_has_a_line_for_each_page() -> None:
    pages = [Page(1, [Block("some text"), TABLE]), Page(2, [], None, [Remark(RemarkKind.PICTURE)])]
    shown = reports.show_card(card_of(*pages))
    assert "p. 1: 14 characters, 1 table" in shown
    assert "p. 2: no text, 1 picture not read" in shown


def test_a_long_card_fits_into_a_message() -> None:
    pages = [Page(number, [Block("text")], "Very <long> title" * 3) for number in range(1, 400)]
    shown = reports.show_card(card_of(*pages))
    assert len(shown) <= MESSAGE_LIMIT
    assert "… and " in shown


def test_a_document_of_an_earlier_version_says_that_no_details_are_known() -> None:
    shown = reports.show_card(make_card(1, "a.pdf", report=Report()))
    assert "earlier version" in shown
    assert "3 pages · 7 passages" in shown


def test_an_archive_names_the_documents_that_lost_something() -> None:
    lossy = card_of(Page(1, [Block("text")], None, [Remark(RemarkKind.FORMULA)]))
    text = documents.show_unpacked("a.zip", [make_card(2, "a.zip/b.pdf"), lossy], [])
    assert text.startswith("⚠️ a.zip — 2 documents\n⚠️ contract.pdf — 1 page · 1 formula")


def test_of_several_encodings_the_used_one_is_named_and_the_others_are_offered() -> None:
    remarks = [
        Remark(RemarkKind.ENCODING, 1, "cp1253\tΕνοίκιο"),
        Remark(RemarkKind.ENCODING, 1, "cp1251\tЕнпЯкип"),
    ]
    card = card_of(Page(None, [Block("text")], None, remarks), media_type="text/plain")
    assert reports.summarize(card) == "encoding uncertain (cp1253) · 41 passages"
    [[sample], *_] = keyboards.show_card(card, 0).inline_keyboard
    assert sample.text == "🔤 ЕнпЯкип"
    assert sample.callback_data == EncodingButton(document_id=1, encoding="cp1251").pack()
