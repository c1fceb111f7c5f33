"""Knows the control words of RTF: destinations, characters and the format of text."""

from collections.abc import Callable
from typing import Final, NamedTuple

from lxml import etree

MARGINS: Final = frozenset(
    {"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"}
)
BOXES: Final = frozenset({"shptxt", "dptxbxtext"})
LABELS: Final = frozenset({"listtext", "pntext"})
STORIES: Final = frozenset(
    MARGINS
    | BOXES
    | LABELS
    | {"fonttbl", "stylesheet", "footnote", "annotation", "atnauthor", "fldinst"}
    | {"formfield", "ffl", "moMath"}
)
"""Destinations that are read, each in its own way."""

TRANSPARENT: Final = frozenset({"shpinst", "do", "shppict", "nesttableprops"})
"""Destinations marked as optional that hold text or tables nevertheless."""

SKIPPED: Final = frozenset(
    {"colortbl", "info", "pict", "nonshppict", "shprslt", "sp", "xe", "tc", "rxe", "upr"}
    | {"nonesttables", "private", "template", "background", "filetbl", "objdata", "mmathPict"}
)
CHARACTERS: Final = {
    "tab": "\t",
    "line": "\n",
    "page": "\n",
    "column": "\n",
    "emdash": "—",
    "endash": "–",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}


class State(NamedTuple):
    """What a group inherits, and what its end restores."""

    is_skipped: bool = False
    destination: str = ""  # that is skipped
    font: int | None = None
    fallback_chars: int = 1  # after a Unicode character, for programs that know none
    is_hidden: bool = False
    is_deleted: bool = False  # by a tracked change
    is_bold: bool = False
    style: int | None = None
    outline: int | None = None
    list_level: int = 0
    table_level: int = 0
    math: etree._Element | None = None  # of an equation

    def format(self, word: str, number: int | None) -> "State":
        """Return the state after a control word; most of them only concern the layout."""
        change = _CHANGES.get(word)
        return change(self, number) if change else self


_CHANGES: Final[dict[str, Callable[[State, int | None], State]]] = {
    "f": lambda state, number: state._replace(font=number),
    "s": lambda state, number: state._replace(style=number),
    "outlinelevel": lambda state, number: state._replace(outline=number),
    "b": lambda state, number: state._replace(is_bold=number != 0),
    "v": lambda state, number: state._replace(is_hidden=number != 0),
    "deleted": lambda state, number: state._replace(is_deleted=number != 0),
    "uc": lambda state, number: state._replace(fallback_chars=_limit(number)),
    "ilvl": lambda state, number: state._replace(list_level=_limit(number)),
    "itap": lambda state, number: state._replace(table_level=_limit(number)),
    "intbl": lambda state, _: state._replace(table_level=max(state.table_level, 1)),
    "pard": lambda state, _: state._replace(style=None, outline=None, list_level=0, table_level=0),
    "plain": lambda state, _: state._replace(
        font=None, is_bold=False, is_hidden=False, is_deleted=False
    ),
}


def _limit(number: int | None) -> int:
    return min(max(number or 0, 0), 20)
