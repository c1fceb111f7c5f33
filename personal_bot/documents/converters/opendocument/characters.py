"""Reads the elements of OpenDocument paragraphs that stand for characters, and form fields."""

from collections.abc import Callable
from typing import Final

from lxml import etree

from personal_bot.documents.converters.opendocument.forms import read_mark
from personal_bot.documents.converters.opendocument.names import FIELD, OFFICE, TEXT
from personal_bot.documents.converters.word.page_breaks import Break

_MOST_SPACES: Final = 100  # of one element

PARAGRAPHS: Final = (f"{TEXT}p", f"{TEXT}h")
PAGE_BREAK: Final = f"{TEXT}soft-page-break"
PAGE_FIELDS: Final = tuple(f"{TEXT}page-{name}" for name in ("number", "count", "continuation"))
UNREAD: Final = (
    *(
        f"{TEXT}{name}"
        for name in ("number", "placeholder", "ruby-text", "script", "note-citation")
    ),
    *(f"{OFFICE}{name}" for name in ("forms", "binary-data", "event-listeners")),
)
"""What people do not see there, with prompts for a text and what is read elsewhere."""


def _read_spaces(element: etree._Element) -> str:
    count = element.get(f"{TEXT}c", "1")
    return " " * (min(int(count[:4]), _MOST_SPACES) if count.isdecimal() else 1)


CHARACTERS: Final[dict[str, Callable[[etree._Element], str | Break]]] = {
    f"{TEXT}s": _read_spaces,
    f"{TEXT}tab": lambda _: "\t",
    f"{TEXT}line-break": lambda _: "\n",
    PAGE_BREAK: lambda _: Break.SAVED,
    f"{FIELD}fieldmark": read_mark,
    f"{FIELD}fieldmark-start": read_mark,
}
"""What each element stands for, by tag."""
