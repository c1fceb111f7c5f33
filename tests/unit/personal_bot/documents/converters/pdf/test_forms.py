import pytest

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.pdf import pages as pdf
from tests.blocks import list_remarks, read, show
from tests.documents import make_stream
from tests.pdf_writer import PdfPage, comment, field, text, write_pdf

BOX = (150, 695, 300, 712)
STATES = "/AP <</N <</Yes 5 0 R /Off 5 0 R>>>>"


def read_form(content: str, *annotations: str) -> str:
    extra = [make_stream(b"")]
    pages = read(pdf, write_pdf([PdfPage(content, annotations)], extra=extra))
    assert not list_remarks(pages)
    return show(pages)


def test_values_stand_at_their_printed_labels() -> None:
    content = text(50, 700, "Surname:") + text(50, 660, "Car number:")
    values = (
        field("Tx", "a", BOX, "/V (Sokolova)"),
        field("Tx", "b", (150, 655, 300, 672), "/V (K482MX)"),
    )
    assert read_form(content, *values) == "Surname: Sokolova\nCar number: K482MX"


@pytest.mark.parametrize(
    ("entries", "expected"),
    [("/TU (Surname)", "Surname: Sokolova"), ("", "last_name: Sokolova")],
)
def test_a_value_without_a_printed_label_has_the_name_of_its_field(
    entries: str, expected: str
) -> None:
    assert read_form("", field("Tx", "last_name", BOX, f"/V (Sokolova) {entries}")) == expected


def test_a_value_of_a_parent_field_counts_for_its_widgets() -> None:
    widget = "<</Subtype /Widget /Rect [150 695 300 712] /Parent <</FT /Tx /T (n) /V (Anna)>>>>"
    assert read_form(text(50, 700, "Name"), widget) == "Name Anna"


def test_boxes_show_whether_they_are_ticked() -> None:
    content = text(170, 700, "Yes") + text(270, 700, "No") + text(50, 660, "Resident:")
    boxes = (
        field("Btn", "yes", (150, 698, 162, 710), f"/AS /Yes {STATES}"),
        field("Btn", "no", (250, 698, 262, 710), f"/AS /Off {STATES}"),
        field("Btn", "resident", (110, 658, 122, 670), f"/V /Yes {STATES}"),
    )
    assert read_form(content, *boxes).split() == ["☑", "Yes", "☐", "No", "Resident:", "☑"]


def test_choices_are_shown_as_people_see_them() -> None:
    choice = field("Ch", "city", BOX, "/V (msk) /Opt [[(msk) (Moscow)] [(spb) (Petersburg)]]")
    assert read_form(text(50, 700, "City:"), choice) == "City: Moscow"


def test_several_choices_are_all_read() -> None:
    choice = field("Ch", "city", BOX, "/V [(Moscow) (Tver)]")
    assert read_form(text(50, 700, "Cities:"), choice) == "Cities: Moscow, Tver"


def test_hidden_fields_passwords_and_buttons_are_not_read() -> None:
    fields = (
        field("Tx", "a", BOX, "/V (hidden) /F 2"),
        field("Tx", "b", BOX, "/V (secret) /Ff 8192"),
        field("Btn", "c", BOX, "/Ff 65536"),
    )
    assert read_form(text(50, 600, "printed"), *fields) == "printed"


def test_comments_follow_the_text_at_their_height() -> None:
    content = text(50, 700, "Total due 9450.") + text(50, 500, "Signed.")
    note = comment("Text", "Paid in cash", (300, 690, 320, 710))
    popup = comment("Popup", "Paid in cash", (300, 690, 320, 710))
    assert read_form(content, note, popup).split("\n") == [
        "Total due 9450.",
        "[💬 Paid in cash]",
        "Signed.",
    ]


@pytest.mark.parametrize("kind", ["Highlight", "Stamp", "StrikeOut", "Ink"])
def test_all_kinds_of_comments_are_read(kind: str) -> None:
    assert "[💬 why?]" in read_form(text(50, 700, "word"), comment(kind, "why?", BOX))


def test_a_text_typed_upon_the_page_stands_where_it_was_typed() -> None:
    typed = comment("FreeText", "Sokolova", BOX)
    assert read_form(text(50, 700, "Surname:"), typed) == "Surname: [💬 Sokolova]"


def test_targets_of_links_follow_their_text_unless_printed() -> None:
    action = "/A <</S /URI /URI (https://example.org/rules)>>"
    content = text(50, 700, "our rules") + text(200, 700, "apply")
    link = comment("Link", "", (45, 695, 100, 712), action)
    assert read_form(content, link) == "our rules (https://example.org/rules) apply"
    printed = text(50, 700, "example.org/rules")
    assert read_form(printed, link) == "example.org/rules"


def test_a_form_of_another_language_is_mentioned_and_its_values_are_read() -> None:
    values = "<data><form><surname>Sokolova</surname><empty/></form></data>"
    extra = [make_stream(values.encode())]
    form = "/NeedsRendering true /AcroForm <</XFA [(datasets) 5 0 R] /Fields []>>"
    pages = read(pdf, write_pdf([text(50, 700, "Please wait")], catalog=form, extra=extra))
    assert list_remarks(pages) == [Remark(RemarkKind.SKIPPED, detail="xfa")]
    assert show(pages) == "Please wait\nsurname: Sokolova"


def test_damaged_annotations_cost_only_themselves() -> None:
    fields = (
        field("Tx", "a", BOX, "/V (Sokolova)"),
        "<</Subtype /Widget /Rect 5 /FT /Tx /V 7>>",
        "42",
        "[1 2]",
    )
    assert "Sokolova" in read_form(text(50, 700, "Surname:"), *fields)


def test_a_value_that_is_printed_on_the_page_too_is_read_once() -> None:
    content = text(50, 700, "Surname:") + text(152, 700, "Sokolova")
    assert read_form(content, field("Tx", "a", BOX, "/V (Sokolova)")) == "Surname: Sokolova"


def test_a_stamp_is_read_as_it_looks() -> None:
    look = make_stream(
        b"BT /F1 12 Tf 5 5 Td (APPROVED 5 May) Tj ET",
        "/Type /XObject /Subtype /Form /BBox [0 0 150 30] /Resources <</Font <</F1 3 0 R>>>>",
    )
    stamp = "<</Subtype /Stamp /Rect [300 600 450 630] /AP <</N 5 0 R>>>>"
    pages = read(pdf, write_pdf([PdfPage(text(50, 700, "Contract"), [stamp])], extra=[look]))
    assert show(pages) == "Contract\n[💬 APPROVED 5 May]"
