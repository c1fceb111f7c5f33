"""Reads CSV and TSV, detecting the delimiter."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.encodings.code_pages import decode_text, list_remarks
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables.table import Cell, NumberedRow, Row, render_sheet

# In order of preference: Excel with Russian regional settings writes the first, and commas within
# numbers.
_DELIMITERS: Final = ";\t|,"
_SAMPLE_CHARS: Final = 64 * 1024
_SAMPLE_ROWS: Final = 100
_COMMENTS: Final = re.compile(r"(?:#[^\n]*\n)+")


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:
    """Yield one page. The texts of cells stay as they are: 007 is a code as likely as a number."""
    csv.field_size_limit(limits.input_bytes)
    decoded = decode_text(source.read(), chosen=hints.encoding)
    comments, text = _take_comments(decoded.text)
    declared, delimiter = _read_declaration(text)
    if declared:
        text = text.partition("\n")[2]
    else:
        delimiter = choose_delimiter(text)
    try:
        blocks = render_sheet(_read_cells(comments, text, delimiter), is_data=True)
        yield Page(None, blocks, remarks=list_remarks(decoded))
    except csv.Error as error:
        raise RefusalError(RefusalKind.DAMAGED, "CSV") from error


def choose_delimiter(text: str) -> str:
    """Return the delimiter that splits most rows into the same number of cells, above one.

    Replaces csv.Sniffer, which may take letters for delimiters and takes seconds on long quoted
    cells.
    """
    sample = text[:_SAMPLE_CHARS]

    def weigh(delimiter: str) -> float:
        widths = Counter(
            len(row)
            for row, _ in zip(_read_rows(sample, delimiter), range(_SAMPLE_ROWS), strict=False)
        )
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return rows / widths.total() if width > 1 else 0.0

    return max(_DELIMITERS, key=weigh)


def _take_comments(text: str) -> tuple[list[str], str]:
    """Return the lines at the top that begin with #, if rows follow, and the rest."""
    found = _COMMENTS.match(text)
    if found is None:
        return [], text
    return [line.lstrip("# ").strip() for line in found[0].splitlines()], text[found.end() :]


def _read_declaration(text: str) -> tuple[bool, str]:
    """Return whether the first line declares the delimiter for Excel, as `sep=;`, and which."""
    line = text.partition("\n")[0].strip().strip('"').lower()
    found = line.startswith("sep=") and len(line) == 5
    return found, line[4:] if found else ","


def _read_cells(comments: list[str], text: str, delimiter: str) -> Iterator[Row]:
    for comment in comments:
        yield {0: Cell(comment)}
    for number, row in enumerate(_read_rows(text, delimiter), len(comments) + 1):
        yield NumberedRow(number, {c: Cell(value) for c, value in enumerate(row) if value})


def _read_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
