"""Compounds with a hyphen: where one is broken at its hyphen, the hyphen is no hyphenation."""

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from personal_bot.documents.converters.pdf.paragraphs import Piece
from personal_bot.documents.converters.pdf.sheets import Sheet
from personal_bot.documents.converters.pdf.tables import Table

_MOST: Final = 20_000  # of a document
_COMPOUND: Final = re.compile(r"(?<![\w-])[^\W\d_]+(?:[-\u2010][^\W\d_]+)+(?![\w-])")
_BEGINNING: Final = re.compile(r"(?:[^\W\d_]+[-\u2010])*[^\W\d_]+[-\u2010]$")
_END: Final = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_FIXED: Final = "\u2011"  # a hyphen that stays, see `pdf_lines.join_hyphenation`


class Compounds:
    """Knows the compounds that stand within lines of the document."""

    def __init__(self) -> None:
        self._known: set[str] = set()

    def add(self, sheet: Sheet) -> None:
        for row in sheet.rows:
            for line in row:
                if len(self._known) < _MOST and "-" in line.text:
                    self._known.update(map(_normalize, _COMPOUND.findall(line.text)))

    def keep_in(self, pieces: Iterable[Piece | Table]) -> None:
        """Fix the hyphens at the ends of lines at which known compounds are broken."""
        for piece in pieces:
            if isinstance(piece, Table):
                continue
            for line, following in pairwise(piece.lines):
                beginning, end = _BEGINNING.search(line.text), _END.match(following.text)
                if beginning and end and _normalize(beginning[0] + end[0]) in self._known:
                    line.text = line.text[:-1] + _FIXED


def _normalize(compound: str) -> str:
    return compound.replace("\u2010", "-").casefold()
