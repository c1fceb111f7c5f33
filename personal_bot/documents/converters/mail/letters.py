"""What a mail consists of, whatever its format, and how that becomes blocks."""

import binascii
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from personal_bot.documents.converters.containers import Member
from personal_bot.documents.converters.content import Block, Remark, RemarkKind
from personal_bot.documents.converters.markup import parse_html
from personal_bot.documents.converters.normalization import normalize_name
from personal_bot.documents.converters.text.paragraphs import read_paragraphs
from personal_bot.documents.converters.web.pages import read_html, read_inner

_POORER: Final = 0.6  # share of the words of the plain text, below which HTML is no substitute
_BEGIN: Final = re.compile(r"begin [0-7]{3,4} (\S.{0,200})")
_FOLDER: Final = re.compile(r".*[/\\]")


@dataclass
class Letter:
    """A mail: `fields` are its readable header lines, `texts` its plain or HTML bodies in order."""

    fields: dict[str, str] = field(default_factory=dict)
    texts: list[Block | str] = field(default_factory=list)  # HTML as str
    attachments: list[Member] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    @property
    def subject(self) -> str:
        return self.fields.get("Subject", "")

    def skip(self, name: str) -> None:
        self.remarks.append(Remark(RemarkKind.SKIPPED, detail=name))

    def attach(self, name: str, member: Member) -> None:
        """Add an attachment under its name without folders."""
        name = normalize_name(_FOLDER.sub("", name)) or f"attachment {len(self.attachments) + 1}"
        self.attachments.append(member._replace(name=name))

    def read(self) -> Iterator[Block]:
        """Yield the header, with the names of attachments, and the texts."""
        lines = [f"{name}: {value}" for name, value in self.fields.items() if value]
        if self.attachments:
            lines.append("Attachments: " + ", ".join(member.name for member in self.attachments))
        yield Block("\n".join(lines))
        for text in self.texts:
            if isinstance(text, Block):
                yield from read_paragraphs(text.text)
            else:
                yield from read_html(text)


def choose_text(plain: str, html: str) -> Block | str:
    """Return the HTML of a mail, which mail programs show, or its plain text if that says more."""
    if html and _count_words(html) >= _POORER * len(plain.split()):
        return html
    return Block(plain)


def show_date(date: dt.datetime | None) -> str:
    return date.isoformat(" ", "minutes") if date else ""


def take_encoded(text: str, letter: Letter) -> str:
    """Attach the files that are uuencoded within a text, and return the rest of it."""
    if not re.search(r"^begin [0-7]", text, re.MULTILINE):
        return text
    kept: list[str] = []
    name, content, held = "", bytearray(), list[str]()
    for line in text.splitlines():
        begin = _BEGIN.fullmatch(line)
        if begin and not name:
            name, content, held = begin[1], bytearray(), [line]
        elif name and line == "end":
            letter.attach(name, Member(name, bytes(content).__bytes__))
            name = ""
        elif name:
            held.append(line)
            try:
                content += binascii.a2b_uu(line)
            except (binascii.Error, ValueError):
                kept += held
                name = ""
        else:
            kept.append(line)
    return "\n".join([*kept, *(held if name else ())])


def _count_words(html: str) -> int:
    tree = parse_html(html)
    return len(read_inner(tree).split()) if tree is not None else 0
