import pytest

from personal_bot.documents.converters.tables.table import CellKind
from personal_bot.documents.converters.values.number_formats import BUILT_IN, show_number, show_text


def show(value: float, code: str) -> str:
    return show_number(value, code)[0]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (3.0, "3"),
        (0.1 + 0.2, "0.3"),
        (-1234.5, "-1234.5"),
        (7707083893, "7707083893"),
        (770708389301, "770708389301"),
        (1 / 3, "0.333333333"),
        (1234567.891234, "1234567.891"),
        (0.00001, "1E-05"),
        (1.5e300, "1.5E+300"),
    ],
)
def test_a_number_without_a_format_keeps_its_digits(value: float, shown: str) -> None:
    assert show(value, "General") == show(value, "") == show(value, "@") == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (123, "00000", "00123"),
        (1234.5, "#,##0.00", "1,234.50"),
        (1234567, "#,##0", "1,234,567"),
        (999.995, "#,##0.00", "1,000.00"),
        (1.005, "0.00", "1.01"),
        (1.25, "0.##", "1.25"),
        (1, "0.##", "1"),
        (0.5, "#.0", ".5"),
        (12.5, ".00", "12.50"),
        (1234.5, "#,##0.00 [$€-407]", "1,234.50 €"),
        (1234.5, "[$$-409]#,##0.00", "$1,234.50"),
        (5, '0" шт."', "5 шт."),
        (7.5, 'General" kg"', "7.5 kg"),
        (0.125, "0.0%", "12.5%"),
        (1250, "0.00E+00", "1.25E+03"),
        (0.00125, "0.0E-0", "1.3E-3"),
        (999999, "##0.0E+0", "1.0E+6"),
        (5.25, "# ?/?", "5 1/4"),
        (0.5, "?/?", "1/2"),
        (2.375, "# ?/8", "2 3/8"),
        (3, "# ?/?", "3"),
        (123456789, '0.0,,"M"', "123.5M"),
        (79001234567, "+0 (000) 000-00-00", "+7 (900) 123-45-67"),
        (12, r"0\.0", "1.2"),
        (0, '_-* #,##0.00_-;-* #,##0.00_-;_-* "-"??_-;_-@_-', "-"),
    ],
)
def test_digits_are_placed_as_in_the_format(value: float, code: str, shown: str) -> None:
    assert show_number(value, code) == (shown, CellKind.NUMBER)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (-5, "0", "-5"),
        (-5, "0;(0)", "(5)"),
        (-5, "#,##0.00_);[Red](#,##0.00)", "(5.00)"),
        (0, '0;-0;"none"', "none"),
        (-0.001, "0.0", "0.0"),
        (1500, '[>=1000]0.0,"k";0', "1.5k"),
        (50, '[<100]"low";[>=1000]"high";0', "low"),
        (500, '[<100]"low";[>=1000]"high";0', "500"),
        (-3, '[<0]"minus "0;0', "minus 3"),
        (3, ";;;", ""),
        (5, "0;@", "5"),
    ],
)
def test_sections_apply_to_signs_and_conditions(value: float, code: str, shown: str) -> None:
    assert show(value, code) == shown


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (45325, "dd.mm.yyyy", "03.02.2024 (2024-02-03)"),
        (45325, "yyyy-mm-dd", "2024-02-03"),
        (45325, BUILT_IN[14], "2024-02-03"),
        (45325, "[$-F800]dddd, mmmm dd, yyyy", "2024-02-03"),
        (45325, "d-mmm-yy", "3-Feb-24 (2024-02-03)"),
        (45325, '[$-FC19]d mmmm yyyy "г."', "3 февраля 2024 г. (2024-02-03)"),
        (45325, "dddd mmmmm", "Saturday F (2024-02-03)"),
        (45325.5, BUILT_IN[22], "2024-02-03 12:00"),
        (45325.5, "d/m/yyyy h:mm AM/PM", "3/2/2024 12:00 PM (2024-02-03 12:00)"),
        (1, "dd.mm.yyyy", "01.01.1900 (1900-01-01)"),
        (60, "yyyy-mm-dd", "1900-02-29"),
    ],
)
def test_a_date_is_followed_by_its_iso_form_if_it_differs(
    value: float, code: str, shown: str
) -> None:
    assert show_number(value, code) == (shown, CellKind.DATE)


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (0.75, "h:mm", "18:00"),
        (0.75, "h:mm AM/PM", "6:00 PM (18:00)"),
        (0.604, "hh:mm:ss", "14:29:46"),
        (0.604, "h:mm", "14:29"),
        (45325.25 + 1.5 / 86400, "mm:ss.0", "00:01.5"),
        (1.25, "[h]:mm", "30:00 (PT30H)"),
        (-0.5, "[h]:mm:ss", "-12:00:00 (-PT12H)"),
        (1.5 / 1440, "[mm]:ss", "01:30 (PT1M30S)"),
        (0, "[h]:mm", "0:00 (PT0S)"),
    ],
)
def test_a_duration_counts_beyond_a_day(value: float, code: str, shown: str) -> None:
    assert show_number(value, code) == (shown, CellKind.NUMBER)


def test_dates_may_count_from_1904() -> None:
    assert show_number(0, "yyyy-mm-dd", since_1904=True)[0] == "1904-01-01"


@pytest.mark.parametrize("value", [-1, 2_958_466, 1e300])
def test_a_number_that_cannot_be_a_date_is_shown_as_a_number(value: float) -> None:
    assert show(value, "dd.mm.yyyy") == show(value, "General")


def test_a_format_may_add_words_to_a_text() -> None:
    assert show_text("abc", '0;-0;0;"<"@">"') == "<abc>"
    assert show_text("abc", '"to "@') == "to abc"
    assert show_text("abc", "0.00") == show_text("abc", "General") == "abc"
    assert show_text("abc", ";;;") == ""


@pytest.mark.parametrize(
    "code",
    ["[", '"', "\\", "0/0/0", "E+0", "[>x]0", "[h", "0" * 10_000, ";" * 999, "?/" + "?" * 99],
)
@pytest.mark.parametrize("value", [0, -1.5, 45325.6, 1e-300, 1e300])
def test_an_invalid_format_raises_nothing(value: float, code: str) -> None:
    assert len(show(value, code)) <= 10_000
