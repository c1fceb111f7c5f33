"""The description of a hostile file: its name, its content and the allowed outcomes."""

from collections.abc import Callable
from dataclasses import dataclass

from personal_bot.errors import DocumentError

Refusals = tuple[type[DocumentError], ...]
Make = Callable[[], bytes]

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "lol lol lol lol lol">'
    + "".join(f'<!ENTITY {c} "{f"&{chr(ord(c) - 1)};" * 10}">' for c in "bcdefghi")
    + "]>"
)
STEALING = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


@dataclass(frozen=True)
class Hostile:
    """A hostile file, with either the errors that may refuse it or text that it must yield."""

    name: str
    make: Make
    refusals: Refusals = ()
    text: str = ""
