"""Shows tables of answers: aligned in monospace where a phone has room, or else as lists.

Telegram has no tables, and wraps lines of monospace that are too long.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from personal_bot.answers.markdown_tables import MarkdownTable
from personal_bot.telegram.rich_text import RichText, Style, styled

TABLE_WIDTH = 34  # characters of monospace in a line on a phone

_GAP = "  "
_NUMBER = re.compile(r"[^\w]{0,2}\d[\d\s.,:/-]*[^\w]{0,2}(\[\d+\])*")


def show_table(table: MarkdownTable, read: Callable[[str], RichText]) -> RichText:
    """Show a table; `read` shows the Markdown of a cell."""
    rows = [[read(cell) for cell in row] for row in (table.header, *table.rows)]
    texts = [[cell.text.replace("\n", " ") for cell in row] for row in rows]
    widths = [max(map(_measure, column)) for column in zip(*texts, strict=True)]
    if sum(widths) + len(_GAP) * (len(widths) - 1) > TABLE_WIDTH:
        return _list_rows(rows)
    is_right = [
        right or all(_NUMBER.fullmatch(cell) or not cell for cell in column[1:])
        for right, column in zip(table.is_right, zip(*texts, strict=True), strict=True)
    ]
    lines = [_align(row, widths, is_right) for row in texts]
    rule = "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    return styled(Style.PRE, "\n".join([lines[0], rule, *lines[1:]]))


def _align(row: Sequence[str], widths: Sequence[int], is_right: Sequence[bool]) -> str:
    cells = []
    for cell, width, right in zip(row, widths, is_right, strict=True):
        padding = " " * (width - _measure(cell))
        cells.append(padding + cell if right else cell + padding)
    return _GAP.join(cells).rstrip()


def _list_rows(rows: Sequence[Sequence[RichText]]) -> RichText:
    """Show one item a row: the first column in bold, the others below it, each with its name."""
    header, *body = rows
    shown = RichText()
    for row in body:
        names = [f"{name.text}: " if name.text else "" for name in header]
        lines = [
            RichText(name) + (styled(Style.BOLD, cell.text) if number == 0 else cell)
            for number, (name, cell) in enumerate(zip(names, row, strict=True))
            if cell.text
        ]
        for number, line in enumerate(lines):
            shown += RichText("  " if number else "• ") + line + RichText("\n")
    return shown.cut(0, len(shown.text))


def _measure(text: str) -> int:
    """Return the width in columns of monospace: wide characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(sign) else 1 + (unicodedata.east_asian_width(sign) in "WF")
        for sign in text
    )
