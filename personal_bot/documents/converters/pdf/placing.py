"""Places notes among the words of a PDF page, where people see them."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from personal_bot.documents.converters.pdf.boxes import Box, turn
from personal_bot.documents.converters.pdf.notes import Note, NoteKind
from personal_bot.documents.converters.pdf.words import Word

_LETTER: Final = 0.5  # of the font size: an estimate of a letter's width
_LABEL_GAP: Final = 200.0  # points between a label and its field
_BOX_GAP: Final = 20.0  # points between a box and the label to its right
_COMPARISONS: Final = 3_000_000  # of notes with words; more notes are not placed
_MARK: Final = "💬"


class Placement(NamedTuple):
    """`comments` have the height at which they stand."""

    words: list[Word]
    comments: list[tuple[float, str]]


def place_notes(notes: Iterable[Note], words: Sequence[Word], angle: int) -> Placement:
    """Return words for values, boxes, typed texts and links, and comments.

    A value follows the label printed to its left; without one, the field's own name precedes it.
    """
    placed: list[Word] = []
    comments: list[tuple[float, str]] = []
    notes = list(notes)
    if len(notes) * (len(notes) + len(words)) > _COMPARISONS:
        return Placement(placed, [(turn(note.box, angle).y0, show_note(note)) for note in notes])
    boxes = []
    seen: set[str] = set()
    printed = "".join(word.text for word in words).casefold()
    for note in notes:
        box = turn(note.box, angle)
        if note.kind is NoteKind.COMMENT:
            if note.text not in seen:
                comments.append(((box.y0 + box.y1) / 2, f"[{_MARK} {note.text}]"))
                seen.add(note.text)
        elif note.kind is NoteKind.LINK:
            is_printed = _shorten(note.text) in printed or note.text in seen
            if not is_printed and (word := _place_link(note, box, words)):
                placed.append(word)
                seen.add(note.text)
        else:
            boxes.append((note, box))
    for note, box in boxes:
        if note.kind is NoteKind.VALUE and _is_printed(note, box, words):
            continue
        others = [other for _, other in boxes if other is not box]
        placed.append(_place_value(note, box, words, others))
    return Placement(placed, comments)


def show_note(note: Note) -> str:
    """Return a note as a text of its own."""
    if note.kind is NoteKind.BOX:
        return f"{note.text} {note.label}"
    if note.kind is NoteKind.VALUE:
        return f"{note.label}: {note.text}"
    return f"[{_MARK} {note.text}]"


def _shorten(address: str) -> str:
    return address.partition("://")[2].removeprefix("www.").rstrip("/").casefold()


def _place_link(note: Note, box: Box, words: Iterable[Word]) -> Word | None:
    linked = [word for word in words if box.holds(word.x, word.y)]
    if not linked:
        return None
    last = max(linked, key=lambda word: (round(word.y), word.x1))
    return _make_word(f"({note.text})", last.x1, last)


def _is_printed(note: Note, box: Box, words: Iterable[Word]) -> bool:
    """Tell whether the value of a field is printed on the page, too."""
    printed = "".join(word.text for word in words if box.holds(word.x, word.y))
    return "".join(note.text.split()) in printed


def _place_value(note: Note, box: Box, words: Iterable[Word], others: Iterable[Box]) -> Word:
    middle = (box.y0 + box.y1) / 2
    row = [
        word
        for word in words
        if word.y0 <= middle <= word.y1 or (box.y0 <= word.y <= box.y1 and box.y1 - box.y0 < 40)
    ]
    before = max((word for word in row if word.x <= box.x0 + 2), key=_get_end, default=None)
    after = min((word for word in row if word.x >= box.x1 - 2), key=_get_start, default=None)
    beside = [other for other in others if other.y0 <= middle <= other.y1]
    if before and (
        box.x0 - before.x1 > _LABEL_GAP
        or any(before.x1 - 2 <= other.x0 < box.x0 for other in beside)
        or not any(map(str.isalnum, before.text.strip()))
    ):
        before = None
    if after and (
        after.x0 - box.x1 > _BOX_GAP or any(box.x1 - 2 <= other.x0 < after.x0 for other in beside)
    ):
        after = None
    text = f"[{_MARK} {note.text}]" if note.kind is NoteKind.TEXT else note.text
    is_nearer = after and (not before or after.x0 - box.x1 <= box.x0 - before.x1)
    if note.kind is NoteKind.BOX and after and is_nearer:
        word = _make_word(text, after.x0, after)
        word.x0 -= 0.6 * after.size
        word.x1 = after.x0 - 0.2 * after.size
        return word
    if before:
        return _make_word(text, before.x1, before)
    if note.label:
        text = show_note(note)
    size = min(max(box.y1 - box.y0, 4.0), 12.0)
    top = middle - size / 2 if box.y1 - box.y0 < 40 else box.y0
    right = max(box.x0, min(box.x1, box.x0 + _LETTER * size * len(text)))
    return Word(text, box.x0, top, right, top + size, size, is_placed=True)


def _make_word(text: str, x: float, neighbour: Word) -> Word:
    """Return a word beside another one, which takes no place."""
    size = neighbour.size
    return Word(text, x + 0.01, neighbour.y0, x + 0.02, neighbour.y1, size, is_placed=True)


def _get_end(word: Word) -> float:
    return word.x1


def _get_start(word: Word) -> float:
    return word.x0
