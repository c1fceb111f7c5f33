"""A PDF page taken apart: rows of words, ruled tables, comments and remarks."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.converters.pdf.boxes import NOWHERE, Box, turn
from personal_bot.documents.converters.pdf.columns import read_rows
from personal_bot.documents.converters.pdf.drawings import shows_content
from personal_bot.documents.converters.pdf.lines import Line, find_rows, join_hyphenation
from personal_bot.documents.converters.pdf.notes import Note
from personal_bot.documents.converters.pdf.paragraphs import Piece, continues, read_flow, set_levels
from personal_bot.documents.converters.pdf.placing import place_notes, show_note
from personal_bot.documents.converters.pdf.shapes import Shapes, read_shapes
from personal_bot.documents.converters.pdf.tables import Table, take_tables
from personal_bot.documents.converters.pdf.words import Word, count_sizes, read_words

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_PICTURE_SHARE: Final = 0.25  # of the page, from which on a picture is mentioned
_COMPARISONS: Final = 1_000_000  # of comments with pieces; more comments are not placed
_MARGIN: Final = 60.0  # points, the least that is assumed at the right
_TOUCHING: Final = 2.0  # points between the strips of a picture
_READ_WORDS: Final = 20  # over a picture, with which it counts as read
_FEW_WORDS: Final = 60  # that may be running headers and footers alone
_MOST_CHARS: Final = 100_000  # of a page; a longer text is not examined for its layout


@dataclass(slots=True)
class Sheet:
    """A page before its running headers are known.

    A table has its place among the rows by a word without text, whose `id` is its key. `plain` is
    text without a layout, `others` are texts at other angles than most of the page.
    """

    number: int
    frame: Box = NOWHERE
    angle: int = 0
    rows: list[list[Line]] = field(default_factory=list)
    tables: dict[int, Table] = field(default_factory=dict)
    others: list[Line] = field(default_factory=list)
    comments: list[tuple[float, str]] = field(default_factory=list)
    plain: str = ""
    sizes: Counter[float] = field(default_factory=Counter)
    remarks: list[Remark] = field(default_factory=list)
    objects: int = 0  # that are drawn
    has_drawing: bool = False  # which would be the content of a page without text
    is_blank: bool = False  # no text but running headers and footers
    running: list[Line] = field(default_factory=list)  # those that no page before has


def read_sheet(page: "PdfPage", number: int, notes: list[Note], *, is_late: bool) -> Sheet:
    """Take a page apart; its text is read plainly if it `is_late` or the text is very long.

    Raises PdfiumError.
    """
    text = page.get_textpage()
    try:
        if is_late or text.count_chars() > _MOST_CHARS:
            return _read_plain(text, page, number, notes)
        return _read_layout(text, page, number, notes)
    finally:
        text.close()


def _read_layout(text: "PdfTextPage", page: "PdfPage", number: int, notes: list[Note]) -> Sheet:
    angle, words, others, slanted = read_words(text)
    frame = turn(Box(*page.get_bbox()), angle)
    sheet = Sheet(number, frame, angle, sizes=count_sizes(words))
    shapes = read_shapes(page, angle)
    sheet.objects = shapes.count
    if len(words + others) <= _FEW_WORDS:
        sheet.has_drawing = shows_content(page)
    if _holds_picture(shapes, frame, words + others):
        sheet.remarks.append(Remark(RemarkKind.PICTURE))
    placed, sheet.comments = place_notes(notes, words + others, angle)
    words = _drop_undecodable([*words, *placed], sheet)
    tables, left = take_tables(words + others, shapes)
    beside = set(map(id, others))
    sheet.others = [Line([word]) for word in left if id(word) in beside]
    sheet.others.extend(map(_make_line, slanted))
    words = [word for word in left if id(word) not in beside]
    for table in tables:
        box = table.box
        place = Word("", box.x0, box.y0, box.x1, box.y0 + 1, 1.0, is_placed=True)
        sheet.tables[id(place)] = table
        words.append(place)
    sheet.rows = find_rows(words)
    return sheet


def _read_plain(text: "PdfTextPage", page: "PdfPage", number: int, notes: list[Note]) -> Sheet:
    """Read the text of a page in PDFium's order, without its layout."""
    printed = text.get_text_range().replace("\r\n", "\n")
    texts = [join_hyphenation(printed), *map(show_note, notes)]
    sheet = Sheet(number, plain="\n\n".join(texts))
    sheet.remarks.append(Remark(RemarkKind.SKIPPED, detail="layout"))
    shapes = read_shapes(page, 0)
    sheet.objects = shapes.count
    sheet.is_blank = not printed.strip()
    sheet.has_drawing = sheet.is_blank and shows_content(page)
    return sheet


def arrange(sheet: Sheet) -> list[Piece | Table]:
    """Return the tables, paragraphs and items of a page in the order of reading."""
    pieces: list[Piece | Table] = []
    right = _find_right(sheet)
    for part, is_whole in read_rows(sheet.rows):
        found = [part] if isinstance(part, Table) else [*_read_part(part, sheet, is_whole, right)]
        last, first = pieces[-1:], found[:1]
        if (
            not is_whole
            and last
            and first
            and isinstance(last[0], Piece)
            and isinstance(first[0], Piece)
            and continues(last[0], first[0])
        ):
            shifted = {number + len(last[0].lines) for number in first[0].breaks}
            last[0].breaks |= shifted
            last[0].lines.extend(first[0].lines)
            found = found[1:]
        pieces.extend(found)
    set_levels(piece for piece in pieces if isinstance(piece, Piece))
    if len(sheet.comments) * len(pieces) > _COMPARISONS:
        pieces.extend(_make_piece(y, comment) for y, comment in sheet.comments)
    else:
        for y, comment in sheet.comments:
            _insert(pieces, y, comment)
    return pieces


def _read_part(
    lines: list[Line], sheet: Sheet, is_whole: bool, right: float
) -> Iterator[Piece | Table]:
    flow: list[Line] = []
    page_right = right if is_whole else 0.0
    for line in lines:
        for item in _part_line(line, sheet.tables):
            if isinstance(item, Line):
                flow.append(item)
                continue
            yield from read_flow(flow, page_right)
            yield item
            flow = []
    yield from read_flow(flow, page_right)


def _part_line(line: Line, tables: dict[int, Table]) -> Iterator[Line | Table]:
    """Yield the texts and tables on a line."""
    words: list[Word] = []
    for word in line.words:
        if table := tables.get(id(word)):
            if words:
                yield Line(words)
            yield table
            words = []
        else:
            words.append(word)
    if len(words) == len(line.words):
        yield line
    elif words:
        yield Line(words)


def _make_line(slanted: Word) -> Line:
    return Line([slanted], " ".join(slanted.text.split()))


def _find_right(sheet: Sheet) -> float:
    """Return where lines as wide as the page would end, with margins alike on both sides."""
    left = min((row[0].x0 for row in sheet.rows), default=0.0)
    return sheet.frame.x1 - max(left - sheet.frame.x0, _MARGIN)


def _insert(pieces: list[Piece | Table], y: float, text: str) -> None:
    """Insert a comment below the piece at its height, or else below the last one above it."""
    position = 0
    for number, piece in enumerate(pieces, start=1):
        if piece.y0 <= y <= piece.y1:
            position = number
            break
        if piece.y1 <= y:
            position = number
    while position < len(pieces) and _is_comment(pieces[position]):
        position += 1
    pieces.insert(position, _make_piece(y, text))


def _make_piece(y: float, text: str) -> Piece:
    return Piece([Line([Word(text, 0.0, y, 0.0, y, 0.0, is_placed=True)])])


def _is_comment(piece: Piece | Table) -> bool:
    return isinstance(piece, Piece) and piece.lines[0].size == 0.0


def _holds_picture(shapes: Shapes, frame: Box, words: list[Word]) -> bool:
    """Tell whether pictures without a text over them cover much of the page."""
    covered = sum(
        picture.intersect(frame).area
        for picture in _join_strips(shapes.pictures)
        if sum(picture.holds(word.x, word.y) for word in words) < _READ_WORDS
    )
    return covered >= _PICTURE_SHARE * frame.area > 0


def _join_strips(pictures: Iterable[Box]) -> Iterator[Box]:
    """Yield pictures, those joined that lie one below the other, into which scans are cut."""
    strip: Box | None = None
    for picture in sorted(pictures, key=lambda box: (round(box.x0), round(box.x1), box.y0)):
        is_next = strip and picture.y0 <= strip.y1 + _TOUCHING
        if strip and is_next and max(abs(picture.x0 - strip.x0), abs(picture.x1 - strip.x1)) <= 1:
            strip = strip._replace(y1=max(strip.y1, picture.y1))
            continue
        if strip:
            yield strip
        strip = picture
    if strip:
        yield strip


def _drop_undecodable(words: list[Word], sheet: Sheet) -> list[Word]:
    if not any(word.unknown for word in words):
        return words
    lines = [line for row in find_rows(words) for line in row]
    dropped = sum(line.is_undecodable for line in lines)
    if dropped:
        sheet.remarks.append(Remark(RemarkKind.UNDECODABLE, dropped))
    return [word for line in lines if not line.is_undecodable for word in line.words]
