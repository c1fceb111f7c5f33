"""Reads the mails of Outlook, which are OLE files with a stream for each property."""

import datetime as dt
import struct
from email.message import EmailMessage
from email.policy import SMTPUTF8
from functools import partial
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from personal_bot.documents.converters.containers import Member
from personal_bot.documents.converters.content import Block
from personal_bot.documents.converters.encodings.code_pages import decode
from personal_bot.documents.converters.mail.letters import Letter, choose_text, show_date
from personal_bot.documents.converters.normalization import normalize_line
from personal_bot.documents.converters.protocol import RefusalError

if TYPE_CHECKING:
    from olefile import OleFileIO

_PROPERTIES: Final = "__properties_version1.0"
_ATTACHMENT: Final = "__attach_version1.0_"
_FIELDS: Final = {"To": "0E04", "Cc": "0E03", "Subject": "0037"}
_SENDER: Final = ("0C1A", "5D01", "0C1F")  # name, and addresses, the SMTP one first
_BODY: Final = "1000"
_HTML: Final = "1013"
_NAMES: Final = ("3707", "3704", "3001")  # of an attachment, the long one first
_CONTENT: Final = "3701"
_CONTENT_ID: Final = "3712"
_MIME_TYPE: Final = "370E"
_MOST_ATTACHMENTS: Final = 1_000  # of which fewer are read
_SENT: Final = 0x0039_0040  # a property with its type, as are those below
_DELIVERED: Final = 0x0E06_0040
_EPOCH: Final = dt.datetime(1601, 1, 1, tzinfo=dt.UTC)

Path = tuple[str, ...]


def read_letter(source: BinaryIO) -> Letter:
    """Read a mail, and its attachments at once, for they share the open file."""
    import olefile  # noqa: PLC0415 - only for these files

    source.seek(0)
    with olefile.OleFileIO(source) as file:
        return _Reader(file).read(())


class _Reader:
    def __init__(self, file: "OleFileIO[Any]") -> None:
        self._file = file
        self._paths = {
            tuple(name.lower() for name in path): path
            for path in file.listdir(streams=True, storages=True)
        }

    def read(self, folder: Path, depth: int = 0) -> Letter:
        letter = Letter()
        names = [self._read_text(folder, tag) for tag in _SENDER]
        address = next((name for name in names[1:] if "@" in name), "")
        letter.fields["From"] = f"{names[0]} <{address}>" if address else names[0]
        for field, tag in _FIELDS.items():
            letter.fields[field] = normalize_line(self._read_text(folder, tag))
        letter.fields["Date"] = show_date(self._read_date(folder, 32 if not folder else 24))
        plain, html = self._read_text(folder, _BODY), self._read_text(folder, _HTML)
        letter.texts.append(choose_text(plain, html))
        for storage in self._list_attachments(folder):
            self._attach(storage, letter, depth)
        return letter

    def _attach(self, storage: Path, letter: Letter, depth: int) -> None:
        name = next(filter(None, (self._read_text(storage, tag) for tag in _NAMES)), "")
        mime_type = self._read_text(storage, _MIME_TYPE)
        embedded = self._find((*storage, f"__substg1.0_{_CONTENT}000D"))
        content = self._read(storage, _CONTENT, "0102")
        if embedded and not depth:
            inner = self.read(embedded, depth + 1)
            content = _write_mail(inner)
            member = Member("", partial(bytes, content), "message/rfc822")
            letter.attach(f"{inner.subject or name or 'message'}.eml", member)
        elif embedded:
            letter.skip(name or "message")
        elif not (self._read_text(storage, _CONTENT_ID) and mime_type.startswith("image/")):
            letter.attach(name, Member("", partial(bytes, content), mime_type))

    def _list_attachments(self, folder: Path) -> list[Path]:
        found = sorted(
            path
            for path in self._paths
            if len(path) == len(folder) + 1
            and path[: len(folder)] == folder
            and path[-1].startswith(_ATTACHMENT)
        )
        return found[:_MOST_ATTACHMENTS]

    def _find(self, path: Path) -> Path | None:
        path = tuple(name.lower() for name in path)
        return path if path in self._paths else None

    def _read_text(self, folder: Path, tag: str) -> str:
        """Return a property, which may be in UTF-16, in a code page or in bytes; or nothing."""
        wide = self._read(folder, tag, "001F")
        if wide:
            return wide.decode("utf-16-le", errors="replace").rstrip("\0")
        narrow = self._read(folder, tag, "001E") or self._read(folder, tag, "0102")
        try:
            return decode(narrow).rstrip("\0") if narrow else ""
        except RefusalError:
            return ""

    def _read(self, folder: Path, tag: str, kind: str) -> bytes:
        path = self._find((*folder, f"__substg1.0_{tag}{kind}"))
        if not path or self._file.get_type(self._paths[path]) != 2:  # a stream
            return b""
        return bytes(self._file.openstream(self._paths[path]).read())

    def _read_date(self, folder: Path, start: int) -> dt.datetime | None:
        """Return when a mail was sent, or else delivered."""
        path = self._find((*folder, _PROPERTIES))
        content = self._file.openstream(self._paths[path]).read() if path else b""
        entries = range(start, len(content) - 15, 16)
        dates = dict(struct.unpack_from("<I4xQ", content, at) for at in entries)
        ticks = dates.get(_SENT) or dates.get(_DELIVERED) or 0
        try:
            return _EPOCH + dt.timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None


def _write_mail(letter: Letter) -> bytes:
    """Return a mail within a mail in the format of the internet, which is read like a file."""
    mail = EmailMessage(policy=SMTPUTF8)
    for name, value in letter.fields.items():
        if value:
            mail[name] = value
    for text in letter.texts:
        if isinstance(text, Block):
            mail.set_content(text.text)
        else:
            mail.set_content(text, subtype="html")
    for member in letter.attachments:
        maintype, _, subtype = (member.mime_type or "application/octet-stream").partition("/")
        mail.add_attachment(
            member.read(), maintype=maintype, subtype=subtype or "x", filename=member.name
        )
    return mail.as_bytes()
