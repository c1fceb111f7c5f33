"""Reads the tables and texts of a region, one under another, and yields blocks of limited size."""

from collections.abc import Generator, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from personal_bot.documents.converters.content import Block, BlockKind
from personal_bot.documents.converters.tables.above import Above
from personal_bot.documents.converters.tables.cells import Cell, Line
from personal_bot.documents.converters.tables.groups import Groups, count_labels
from personal_bot.documents.converters.tables.headers import ENOUGH, may_be_header
from personal_bot.documents.converters.tables.labels import is_label, is_note
from personal_bot.documents.converters.tables.layouts import (
    Hints,
    Layout,
    find_layout,
    replace_heads,
)
from personal_bot.documents.converters.tables.records import Records
from personal_bot.documents.converters.tables.rendering import (
    Piece,
    Room,
    Writer,
    read_header,
    read_pieces,
    render_pieces,
)
from personal_bot.documents.converters.tables.starts import find_starts

WINDOW_ROWS: Final = 300  # looked at together
WINDOW_CELLS: Final = 30_000
_KEPT_ROWS: Final = 20  # of a window, so that a header near its end is seen with rows below it
_TITLE_LINES: Final = 3
_NO_HINTS: Final = Hints()
_LEAD_CHARS: Final = 280  # a longer title is a text
_LONG_ROWS: Final = 12  # a table of fewer rows mostly fits in a passage


class Region:
    """Tables and texts in the same columns. Rows are added one after another.

    `pause` tells of an empty row, after which another table may begin. The first rows of a table
    are held back until they show what it is, then its rows are rendered as they come.
    """

    def __init__(self, hints: Hints = _NO_HINTS, title: str = "") -> None:
        self._hints = hints
        self._title = title
        self._lead = title
        self._layout: Layout | None = None
        self._groups = Groups()
        self._above = Above()
        self._lines: list[Line] = []  # held back
        self._cells = 0
        self._is_within = False  # the first line held back continues a table
        self._is_parted = False  # a text follows the table
        self._titles: list[str] = []  # texts of one cell that may be the title of a table below
        self._writer = Writer()
        self._records = Records()

    def add(self, line: Line) -> Iterator[Block]:
        self._lines.append(line)
        self._cells += len(line.cells)
        if len(self._lines) >= WINDOW_ROWS or self._cells >= WINDOW_CELLS:
            yield from self._read(keep=min(_KEPT_ROWS, len(self._lines) // 2))

    def pause(self) -> Iterator[Block]:
        multiple = [line for line in self._lines if len(line.own) > 1]
        if self._layout is None and len(multiple) == 1 and len(self._lines) < WINDOW_ROWS:
            return  # a header may be apart from its rows
        yield from self._read()
        self._is_within = False
        yield from self._write_texts(self._groups.clear())

    def end(self) -> Iterator[Block]:
        yield from self._read()
        yield from self._write_texts(self._groups.clear())
        yield from self._write_titles()
        yield from self._writer.flush()

    def take_titles(self) -> list[str]:
        """Return the texts at the end that may be the title of a table in other columns."""
        titles, self._titles = self._titles, []
        return titles

    def add_titles(self, titles: Iterable[str]) -> None:
        self._titles.extend(titles)

    def _read(self, keep: int = 0) -> Iterator[Block]:
        """Render the lines held back, except the last ones to `keep`."""
        lines = self._lines
        if not lines:
            return
        end = len(lines) - keep
        layout = self._layout if self._is_within else None
        found = find_starts(lines, layout, is_layout=self._hints.is_layout)
        starts = [0, *(start for start in found if 0 < start < end), end]
        for start, following in pairwise(starts):
            ahead = lines[end:] if following == end else []
            segment = lines[start:following]
            if (start or not self._is_within) and not self._repeats(segment[0]):
                yield from self._read_table(segment, ahead, is_new=start > 0)
            else:
                self._is_within = True
                yield from self._write_rows(segment, ahead)
        self._lines = lines[end:]
        self._cells = sum(len(line.cells) for line in self._lines)

    def _read_table(
        self, lines: Sequence[Line], ahead: Sequence[Line], *, is_new: bool
    ) -> Iterator[Block]:
        """Render lines that begin a table, or that continue one below an empty row, or a text."""
        is_first = self._layout is None
        count = _count_titles(lines, bool(self._hints.header_rows) and is_first)
        titles = [item for line in lines[:count] for item in line.own.items()]
        if count == len(lines):
            yield from self._add_texts([cell.text for _, cell in titles])
            return
        rows = lines[count:]
        layout = self._choose([*rows, *ahead], titles=count, is_new=is_new)
        if layout is None:
            yield from self._continue(titles)
        else:
            written = yield from self._begin(layout, titles, rows)
            rows = rows[written:]
        self._is_within = True
        self._is_parted = False
        yield from self._write_rows(rows, ahead)

    def _repeats(self, line: Line) -> bool:
        """Tell whether a line is the present header again, as at the top of a printed page."""
        return bool(self._layout and self._layout.names and self._layout.names.repeat(line))

    def _choose(self, lines: Sequence[Line], *, titles: int, is_new: bool) -> Layout | None:
        """Return the layout of a table that begins, or None if the one above continues."""
        hints, before = self._hints, self._layout
        if hints.header_rows is not None:
            rows = max(0, hints.header_rows - titles) if before is None else None
            hints = hints._replace(header_rows=rows)
        layout = find_layout(lines, hints)
        is_new = is_new or bool(before and before.names and before.names.share(lines[0]))
        if is_new and not layout.heads:
            return replace_heads(layout, lines, 1, ENOUGH)
        if before is None or before.is_plain or is_new:
            return layout
        fits = before.fits(lines)
        if fits is None and (self._is_parted or (layout.keys and not before.keys)):
            return layout
        is_evident = layout.heads and _is_evident(lines[0], before)
        return layout if fits is False or is_evident else None

    def _begin(
        self, layout: Layout, titles: Sequence[tuple[int, Cell]], rows: Sequence[Line]
    ) -> Generator[Block, None, int]:
        """Write what is above the rows; return how many of them were part of it.

        The first row of a long table without names is shown in each passage, like a title: it may
        be its header.
        """
        yield from self._writer.flush()  # the block of one table holds no other
        before = self.take_titles()
        texts = [*before, *(cell.text for _, cell in titles)]
        lead = " — ".join(filter(None, [self._title, *texts]))
        self._layout = layout
        yield from self._write_texts(self._groups.clear())
        if titles and not layout.heads and count_labels(rows):
            yield from self._write_texts(before)
            for column, cell in titles:
                self._groups.add(column, cell)
            lead = self._title
        elif len(texts) > _TITLE_LINES or len(lead) > _LEAD_CHARS or any(map(is_note, texts)):
            yield from self._write_texts(texts)
            lead = self._title
        self._above.begin(layout, rows[layout.heads :])
        self._lead = lead
        self._writer.begin_table(self._records.begin(layout, lead, rows))
        if layout.names:
            for pieces in read_header(layout.names, rows[: layout.heads]):
                yield from self._write_line(pieces)
        elif layout.is_plain and len(rows) >= _LONG_ROWS and may_be_header(rows):
            texts = [cell.text for cell in rows[0].own.values()]
            self._lead = "\n".join(filter(None, [lead, " | ".join(texts)]))
            if len(self._lead) <= _LEAD_CHARS:
                self._writer.note(self._records.read(rows[0], [], []))
                return 1
            self._lead = lead
        return layout.heads

    def _continue(self, titles: Sequence[tuple[int, Cell]]) -> Iterator[Block]:
        yield from self._write_titles()
        self._above.forget()
        for column, cell in titles:
            if is_note(cell.text):
                yield from self._write_texts([cell.text])
            else:
                self._groups.add(column, cell)

    def _write_rows(self, lines: Sequence[Line], ahead: Sequence[Line]) -> Iterator[Block]:
        layout = self._layout or Layout()
        following = [*lines[1:], *ahead[:_TITLE_LINES]]
        for index, line in enumerate(lines):
            if len(line.own) == len(line.cells) == 1 and layout.end - layout.start > 1:
                (column, cell), *_ = line.own.items()
                below = following[index : index + _TITLE_LINES]
                if self._groups.names_group(column, cell, layout, below):
                    self._groups.add(column, cell)
                    continue
                if layout.covers(cell, column) or (
                    is_note(cell.text) and column <= layout.start + 1
                ):
                    yield from self._write_texts([cell.text])
                    continue
            if self._repeats(line):
                continue
            labels = self._groups.find_labels(line)
            above = [*self._above.find(line)]
            pieces = [Piece(label, is_key=True) for label in labels] + above
            is_alone = self._above.is_alone(line)
            if layout.names and is_alone:
                pieces.extend(Piece(cell.text) for cell in line.own.values())
            else:
                pieces.extend(read_pieces(line, layout))
            yield from self._write_line(pieces)
            if not (is_alone and self._above.has_labels):
                self._writer.note(self._records.read(line, labels, above))

    def _add_texts(self, texts: list[str]) -> Iterator[Block]:
        """Keep short texts, which may be the title of a table below, and write others."""
        self._is_parted = True
        yield from self._write_titles()
        if len(texts) <= _TITLE_LINES and not any(map(is_note, texts)):
            self._titles = texts
        else:
            yield from self._write_texts(texts)

    def _write_titles(self) -> Iterator[Block]:
        yield from self._write_texts(self.take_titles())

    def _write_texts(self, texts: Iterable[str]) -> Iterator[Block]:
        for text in texts:
            yield from self._writer.add(BlockKind.PARAGRAPH, text, self._title)

    def _write_line(self, pieces: Sequence[Piece]) -> Iterator[Block]:
        for text in render_pieces(pieces, Room().take(self._lead)):
            yield from self._writer.add(BlockKind.TABLE, text, self._lead)


def _count_titles(lines: Sequence[Line], is_header: bool) -> int:
    """Return how many of the first lines have one cell that is not the name of some columns.

    In a declared header, a cell right of the first column is the name of its own.
    """
    ends = [
        (column, column + cell.columns)
        for line in lines
        if len(line.cells) > 1
        for column, cell in line.cells.items()
    ]
    width = Layout(
        start=min((start for start, _ in ends), default=0),
        end=max((end for _, end in ends), default=0),
    )
    count = 0
    for line in lines:
        (column, cell), *others = line.own.items()
        if others or len(line.cells) > 1:
            break
        if (
            ends
            and not width.covers(cell, column)
            and (cell.columns > 1 or (is_header and column > width.start))
        ):
            break
        count += 1
    return count


def _is_evident(line: Line, before: Layout) -> bool:
    """Tell whether a line is more than a row below an empty one: it looks like a header."""
    cells = line.own.values()
    return (
        all(cell.is_header for cell in cells)
        or all(before.stands_out(cell, column) for column, cell in line.own.items())
        or not line.own.keys() <= before.body.keys()
        or 2 * sum(is_label(cell.text) for cell in cells) >= len(cells)
    )
