"""Texts that show how an answer was calculated from tables."""

from collections.abc import Iterator, Sequence

from aiogram.utils.i18n import gettext as _

from personal_bot.answers.calculations import CalculatedFrom, Calculation, Value
from personal_bot.answers.markdown_tables import MarkdownTable
from personal_bot.telegram.markup import shorten
from personal_bot.telegram.rich_text import RichText, Style, styled
from personal_bot.telegram.tables import show_table
from personal_bot.telegram.texts.numbers import format_number

SHOWN = 5  # calculations of one answer

_NAME_LIMIT = 80  # characters
_CELL_LIMIT = 60
_GROUP_SEPARATOR = "\N{NO-BREAK SPACE}"
_GROUPED_FROM = 10_000


def show_calculations(calculations: Sequence[Calculation]) -> RichText:
    """Show what was calculated, from which rows, and the results as tables."""
    shown = styled(Style.BOLD, _("🧮 How it was computed"))
    for calculation in calculations[:SHOWN]:
        shown += RichText("\n\n") + _show(calculation)
    if len(calculations) > SHOWN:
        text = _("There were {n} more calculations.").format(n=len(calculations) - SHOWN)
        shown += RichText("\n\n") + styled(Style.ITALIC, text)
    return shown


def say_calculation_gone() -> str:
    return _("This calculation no longer exists: a document was deleted, or the answer is too old.")


def _show(calculation: Calculation) -> RichText:
    shown = RichText(calculation.explanation)
    for table in calculation.tables:
        shown += RichText("\n" if shown.text else "") + RichText(_name_rows(table))
    for label, clause in (
        (_("Only rows with:"), calculation.conditions),
        (_("One line for each:"), calculation.groups),
        (_("Sorted by:"), calculation.order),
    ):
        if clause:
            shown += RichText(f"\n{label} ") + styled(Style.CODE, clause)
    if not calculation.rows:
        return shown + RichText("\n\n" + _("The result is empty."))
    header = [shorten(name, _CELL_LIMIT) for name in calculation.columns]
    rows = [[_show_value(value) for value in row] for row in calculation.rows]
    are_numbers = [
        not any(isinstance(value, str) for value in column)
        for column in zip(*calculation.rows, strict=True)
    ]
    result = MarkdownTable(0, 0, header, rows, are_numbers)
    shown += RichText("\n\n") + show_table(result, RichText)
    more = calculation.total - len(rows)
    if calculation.is_more:
        shown += RichText(
            "\n" + _("… and more than {n} further rows").format(n=format_number(more))
        )
    elif more > 0:
        text = _("… and {n} further row", "… and {n} further rows", more)
        shown += RichText(f"\n{text.format(n=format_number(more))}")
    return shown


def _name_rows(table: CalculatedFrom) -> str:
    """Return `sales.xlsx, sheet “May”, rows 2–5001 (5,000)`."""
    name = ", ".join(_name_parts(table))
    ranges = ", ".join(
        str(first) if first == last else f"{first}–{last}" for first, last in table.ranges
    )
    if not ranges:
        return _("{name}: no rows").format(name=name)
    return _("{name}: {n} row ({ranges})", "{name}: {n} rows ({ranges})", table.rows).format(
        name=name, n=format_number(table.rows), ranges=ranges
    )


def _name_parts(table: CalculatedFrom) -> Iterator[str]:
    yield shorten(table.document_name, _NAME_LIMIT)
    if table.pages:
        first, last = table.pages[0], table.pages[-1]
        yield _("p. {n}").format(n=first if first == last else f"{first}–{last}")
    if table.sheet:
        yield _("sheet “{name}”").format(name=shorten(table.sheet, _NAME_LIMIT))
    if table.title:
        yield f"“{shorten(table.title, _NAME_LIMIT)}”"


def _show_value(value: Value) -> str:
    if value is None:
        return "—"
    if isinstance(value, str):
        return shorten(" ".join(value.split()), _CELL_LIMIT)
    number = f"{value:.15g}"
    if "e" in number or abs(value) < _GROUPED_FROM:
        return number
    whole, point, fraction = number.partition(".")
    return f"{int(whole):,}".replace(",", _GROUP_SEPARATOR) + point + fraction
