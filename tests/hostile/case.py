"""What a file made to do harm is called, how it is made, and what may come of it."""

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
    """A file, and either the refusals it may get or a word of the text that it must give."""

    name: str
    make: Make
    refusals: Refusals = ()
    text: str = ""
