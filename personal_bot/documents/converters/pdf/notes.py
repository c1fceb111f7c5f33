"""What stands on a PDF page beside its print: form fields, comments and targets of links."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from personal_bot.documents.converters.pdf.boxes import Box

if TYPE_CHECKING:
    from pypdf import PageObject

_DEPTH: Final = 32  # of a field in the tree of fields
MOST_ANNOTATIONS: Final = 5_000  # of a page
_LOOK_BYTES: Final = 100_000  # of the look of a stamp
_HIDDEN: Final = 2 | 32  # flags: hidden, and not shown on a screen
_RADIO, _BUTTON, _PASSWORD = 1 << 15, 1 << 16, 1 << 13  # flags of fields
_CHECKED: Final = {True: "☑", False: "☐"}
_COMMENTS: Final = {
    *("/Text", "/Highlight", "/Underline", "/Squiggly", "/StrikeOut", "/Caret", "/Ink", "/Stamp"),
    *("/Line", "/Square", "/Circle", "/Polygon", "/PolyLine", "/FileAttachment", "/Redact"),
}


class NoteKind(StrEnum):
    VALUE = "value"  # of a field
    BOX = "box"  # a check box or a radio button
    TEXT = "text"  # typed upon the page
    COMMENT = "comment"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Note:
    """`box` is in PDF coordinates; `label` is the name of a field."""

    kind: NoteKind
    text: str
    box: Box
    label: str = ""


def read_notes(page: "PageObject") -> Iterator[Note]:
    """Yield the notes of a page; popups only repeat their parents. Raises as pypdf does."""
    annotations = _resolve(page.get("/Annots"))
    if not isinstance(annotations, list):
        return
    for reference in islice(annotations, MOST_ANNOTATIONS):
        annotation = _resolve(reference)
        if not hasattr(annotation, "get") or _read_int(annotation, "/F") & _HIDDEN:
            continue
        box = _read_box(annotation)
        kind = annotation.get("/Subtype")
        contents = _read_text(annotation.get("/Contents"))
        contents = contents or (_read_look(annotation, page) if kind == "/Stamp" else "")
        if kind == "/Widget":
            if note := _read_field(annotation, box):
                yield note
        elif kind == "/FreeText" and contents:
            yield Note(NoteKind.TEXT, contents, box)
        elif kind in _COMMENTS and contents and "/StateModel" not in annotation:
            yield Note(NoteKind.COMMENT, contents, box)
        elif kind == "/Link":
            action = _resolve(annotation.get("/A")) or {}
            target = _read_text(action.get("/URI")) if hasattr(action, "get") else ""
            if target.startswith(("http://", "https://")):
                yield Note(NoteKind.LINK, target, box)


def _read_look(annotation: Any, page: "PageObject") -> str:
    """Return the text that an annotation shows."""
    appearance = _resolve(annotation.get("/AP"))
    look: Any = _resolve(appearance.get("/N")) if hasattr(appearance, "get") else None
    if not hasattr(look, "get_data") or len(look.get_data()) > _LOOK_BYTES:
        return ""
    return " ".join(page.extract_xform_text(look).split())


def _read_field(widget: Any, box: Box) -> Note | None:
    kind = _inherit(widget, "/FT")
    flags = _inherit(widget, "/Ff")
    flags = int(flags) if isinstance(flags, int) else 0
    label = _read_text(_inherit(widget, "/TU")) or _read_name(widget)
    if kind == "/Btn":
        if flags & _BUTTON:
            return None
        choices = _list_states(widget) - {"Yes", "On", "1"} if flags & _RADIO else set()
        label = ": ".join([label, *sorted(choices)])
        return Note(NoteKind.BOX, _CHECKED[_is_checked(widget)], box, label)
    if flags & _PASSWORD and kind == "/Tx":
        return None
    value = _inherit(widget, "/V")
    if kind == "/Ch":
        text = ", ".join(_show_choice(widget, item) for item in _as_list(value))
    elif kind == "/Sig":
        signature = value if hasattr(value, "get") else {}
        text = _read_text(signature.get("/Name"))
    else:
        text = _read_text(value)
    return Note(NoteKind.VALUE, text, box, label) if text else None


def _is_checked(widget: Any) -> bool:
    state = widget.get("/AS")
    if state is not None:
        return bool(state != "/Off")
    states = _list_states(widget)
    value = _read_text(_inherit(widget, "/V"))
    return value not in {"", "Off"} and (not states or value in states)


def _list_states(widget: Any) -> set[str]:
    """Return the names of the states of a button, other than off, for which it has a look."""
    appearance = _resolve(widget.get("/AP"))
    normal = _resolve(appearance.get("/N")) if hasattr(appearance, "get") else None
    if not isinstance(normal, dict) or hasattr(normal, "get_data"):
        return set()
    return {_read_text(name) for name in normal} - {"Off"}


def _show_choice(widget: Any, value: Any) -> str:
    """Return the text that is shown for a value of a list."""
    for option in _as_list(_inherit(widget, "/Opt")):
        pair = _as_list(option)
        if len(pair) == 2 and pair[0] == value:
            return _read_text(pair[1])
    return _read_text(value)


def _read_name(widget: Any) -> str:
    """Return the last name in the path to a field that has one."""
    for field in _climb(widget):
        if name := _read_text(field.get("/T")):
            return name.rpartition(".")[2].partition("[")[0]
    return ""


def _inherit(widget: Any, key: str) -> Any:
    for field in _climb(widget):
        if key in field:
            return _resolve(field[key])
    return None


def _climb(widget: Any) -> Iterator[Any]:
    field = widget
    for _ in range(_DEPTH):
        if not hasattr(field, "get"):
            return
        yield field
        field = _resolve(field.get("/Parent"))


def _resolve(item: Any) -> Any:
    return item.get_object() if hasattr(item, "get_object") else item


def _as_list(item: Any) -> list[Any]:
    if item is None:
        return []
    return [*map(_resolve, item)] if isinstance(item, list) else [item]


def _read_int(annotation: Any, key: str) -> int:
    value = _resolve(annotation.get(key))
    return int(value) if isinstance(value, int) else 0


def _read_text(item: Any) -> str:
    """Return a text on one line; a stream is a long text."""
    item = _resolve(item)
    if hasattr(item, "get_data"):
        item = item.get_data()
    if isinstance(item, bytes):
        item = item.decode(
            "utf-16" if item[:2] in {b"\xfe\xff", b"\xff\xfe"} else "utf-8", "replace"
        )
    if not isinstance(item, str | int | float):
        return ""
    from pypdf.generic import NameObject  # noqa: PLC0415 - only for a PDF

    text = item[1:] if isinstance(item, NameObject) else str(item)
    return " ".join(text.split())


def _read_box(annotation: Any) -> Box:
    rectangle = _as_list(_resolve(annotation.get("/Rect")))
    if len(rectangle) != 4 or not all(isinstance(side, int | float) for side in rectangle):
        return Box(0.0, 0.0, 0.0, 0.0)
    a, b, c, d = map(float, rectangle)
    return Box(min(a, c), min(b, d), max(a, c), max(b, d))
