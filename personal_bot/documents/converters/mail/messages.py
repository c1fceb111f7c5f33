"""Reads mails: their header and text with its quoted history; lists what is attached."""

import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from functools import partial
from typing import BinaryIO, Final, TypeAlias

from personal_bot.documents.converters.containers import Member
from personal_bot.documents.converters.content import Block, Page
from personal_bot.documents.converters.encodings.code_pages import decode, decode_text, list_remarks
from personal_bot.documents.converters.mail.letters import (
    Letter,
    choose_text,
    show_date,
    take_encoded,
)
from personal_bot.documents.converters.normalization import normalize_line
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError
from personal_bot.documents.converters.types.packages import OLE

_FIELDS: Final = ("From", "To", "Cc", "Date", "Subject")
_FIELD_CHARS: Final = 20_000
_SIGNATURES: Final = {
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
    "application/pgp-signature",
    "application/pgp-keys",
}
_UNREAD: Final = {  # containers of other parts
    "application/ms-tnef": "winmail.dat",
    "application/pkcs7-mime": "smime.p7m",
    "application/x-pkcs7-mime": "smime.p7m",
    "multipart/encrypted": "encrypted",
}
_BODIES: Final = {"text/plain", "text/html", "text/enriched"}
_BETWEEN_WORDS: Final = re.compile(r"(?<=\?=)\s+(?==\?)")

Part: TypeAlias = "Message[str, str]"  # not subscriptable at run time


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    letter = _open(source, hints)
    yield Page(None, letter.read(), letter.subject or None, letter.remarks)


def list_attachments(source: BinaryIO, limits: Limits) -> list[Member]:  # noqa: ARG001
    """List the attached files, without pictures that the text shows."""
    return _open(source, Hints()).attachments


def parse(content: bytes) -> Part:
    """Parse a mail, leaving its fields as they are: parsing long ones takes quadratic time."""
    mail = BytesParser(policy=compat32).parsebytes(content)
    for part in mail.walk():
        for name, value in [*part.raw_items()]:
            if isinstance(value, str) and not value.isascii():  # bytes, as surrogates
                part.replace_header(name, _decode_bytes(value))
    return mail


def read_part(part: Part, hints: Hints, letter: Letter | None = None) -> str:
    """Return the text of a part, whose declared encoding may be missing or wrong."""
    content = _read_payload(part)
    if not content.strip():
        return ""
    try:
        decoded = decode_text(content, part.get_content_charset(), hints.encoding)
    except RefusalError:
        if letter:
            letter.skip(part.get_content_type())
        return ""
    if letter:
        letter.remarks += list_remarks(decoded)
    return decoded.text


def _open(source: BinaryIO, hints: Hints) -> Letter:
    source.seek(0)
    if source.read(len(OLE)) == OLE:
        from personal_bot.documents.converters.mail.outlook import read_letter  # noqa: PLC0415

        return read_letter(source)
    source.seek(0)
    mail = parse(source.read())
    letter = Letter()
    for name in _FIELDS:
        values = [str(value) for key, value in mail.items() if key.lower() == name.lower()]
        letter.fields[name] = ", ".join(map(_read_field, values))
    letter.fields["Date"] = _read_date(mail) or letter.fields["Date"]
    letter.texts += _collect(mail, letter, hints)
    return letter


def _collect(part: Part, letter: Letter, hints: Hints) -> list[Block | str]:
    """Return the texts of a part; add its attachments and remarks to the letter."""
    media_type = part.get_content_type()
    name = _read_field(part.get_filename() or "")
    if media_type in _UNREAD or name.lower() == "winmail.dat":
        letter.skip(_UNREAD.get(media_type, "winmail.dat"))
    elif media_type in {"message/rfc822", "message/global"}:
        _attach_mail(part, name, letter)
    elif part.is_multipart():
        texts = [_collect(inner, letter, hints) for inner in _list_parts(part)]
        if media_type == "multipart/alternative":
            return _choose(texts)
        return [text for inner in texts for text in inner]
    elif media_type in _BODIES and not name and part.get_content_disposition() != "attachment":
        text = read_part(part, hints, letter)
        if media_type == "text/html":
            return [text]
        text = take_encoded(text, letter)
        return [Block(text)] if text.strip() else []
    elif media_type not in _SIGNATURES and not _is_shown(part):
        member = Member(name, partial(_read_payload, part), media_type)
        letter.attach(name or media_type.replace("/", "."), member)
    return []


def _choose(texts: list[list[Block | str]]) -> list[Block | str]:
    """Return one of the alternatives, which say the same in several formats."""
    plain = next((one for one in texts if one and isinstance(one[0], Block)), [])
    html = next((one for one in texts if any(isinstance(text, str) for text in one)), [])
    if not plain or not html:
        return plain or html
    chosen = choose_text(
        "\n\n".join(text.text for text in plain if isinstance(text, Block)),
        "".join(text for text in html if isinstance(text, str)),
    )
    return [chosen] if isinstance(chosen, Block) else html


def _attach_mail(part: Part, name: str, letter: Letter) -> None:
    inner = next(iter(_list_parts(part)), None)
    if inner is not None:
        subject = _read_field(str(inner.get("Subject", "")))
        member = Member("", inner.as_bytes, "message/rfc822")
        letter.attach(name or f"{subject or 'message'}.eml", member)


def _is_shown(part: Part) -> bool:
    """Tell whether a part is a picture in the text."""
    is_placed = part.get("Content-ID") or part.get_content_disposition() == "inline"
    return part.get_content_maintype() == "image" and bool(is_placed)


def _list_parts(part: Part) -> list[Part]:
    payload = part.get_payload()
    return (
        [inner for inner in payload if isinstance(inner, Message)]
        if isinstance(payload, list)
        else []
    )


def _read_payload(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _read_field(value: str) -> str:
    """Return a field of the header decoded, on one line."""
    text = _BETWEEN_WORDS.sub("", value[:_FIELD_CHARS])
    if not text.isascii():
        return normalize_line(text)
    try:
        words = decode_header(text)
    except ValueError:
        return normalize_line(text)
    return normalize_line("".join(_decode_word(*word) for word in words))


def _decode_bytes(value: str) -> str:
    content = value.encode("utf-8", "surrogateescape")
    try:
        return decode(content)
    except RefusalError:
        return content.decode("ascii", "replace")


def _decode_word(word: bytes | str, charset: str | None) -> str:
    if isinstance(word, str):
        return word
    try:
        return decode(word, charset) if word else ""
    except RefusalError:
        return word.decode("ascii", "replace")


def _read_date(mail: Part) -> str:
    try:
        return show_date(parsedate_to_datetime(str(mail.get("Date", ""))[:100]))
    except (ValueError, TypeError, IndexError):
        return ""
