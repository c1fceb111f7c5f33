"""Reads CSV and TSV, detecting the delimiter."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, Final

from personal_bot.documents.converters.code_pages import decode
from personal_bot.documents.converters.content import Page
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.tables import Cell, render_sheet

_DELIMITERS: Final = ";,\t|"  # Excel with Russian regional settings writes the first
_SAMPLE_CHARS: Final = 64 * 1024
_SAMPLE_ROWS: Final = 100


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    csv.field_size_limit(limits.input_bytes)
    text = decode(source.read())
    declared, delimiter = _read_declaration(text)
    if declared:
        text = text.partition("\n")[2]
    else:
        delimiter = choose_delimiter(text)
    try:
        cells = (dict(enumerate(map(Cell, row))) for row in _read_rows(text, delimiter))
        yield Page(None, render_sheet(cells))
    except csv.Error as error:
        raise RefusalError(RefusalKind.DAMAGED, "CSV") from error


def choose_delimiter(text: str) -> str:
    """Return the delimiter that splits most rows into the same number of cells, above one.

    Replaces csv.Sniffer, which may take letters for delimiters and takes seconds on long quoted
    cells.
    """
    sample = text[:_SAMPLE_CHARS]

    def weigh(delimiter: str) -> tuple[float, int]:
        widths = Counter(
            len(row)
            for row, _ in zip(_read_rows(sample, delimiter), range(_SAMPLE_ROWS), strict=False)
        )
        width, rows = max(widths.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
        return (rows / widths.total() if width > 1 else 0.0, width)

    return max(_DELIMITERS, key=weigh)


def _read_declaration(text: str) -> tuple[bool, str]:
    """Return whether the first line declares the delimiter for Excel, as `sep=;`, and which."""
    line = text.partition("\n")[0].strip().strip('"').lower()
    found = line.startswith("sep=") and len(line) == 5
    return found, line[4:] if found else ","


def _read_rows(text: str, delimiter: str) -> Iterator[list[str]]:
    return csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
