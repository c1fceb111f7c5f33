import datetime as dt
import io
import struct
from email.message import EmailMessage

import pytest

from personal_bot.documents.converters import reading
from personal_bot.documents.converters.mail import web_archives
from personal_bot.documents.converters.protocol import (
    DEFAULT,
    Hints,
    Limits,
    Message,
    MessageType,
    RefusalError,
)
from tests.blocks import read, show
from tests.compound import make_ole
from tests.documents import make_pdf, make_zip

HEAD = (
    "From: Пётр <a@b.c>\nMIME-Version: 1.0\nDate: Mon, 3 Mar 2025 10:00:00 +0300\n"
    "Subject: =?utf-8?Q?=D0=A1?= =?utf-8?Q?=D1=87=D1=91=D1=82?= 5\n"
).encode()


def convert(content: bytes, suffix: str = ".eml", limits: Limits = DEFAULT) -> list[Message]:
    return list(reading.read(io.BytesIO(content), Hints(suffix), limits))


def list_texts(messages: list[Message]) -> dict[str, str]:
    texts: dict[str, str] = {}
    name = ""
    for kind, *values in messages:
        if kind == MessageType.FILE:
            name = str(values[0])
            texts[name] = ""
        elif kind == MessageType.BLOCK:
            texts[name] += f"{values[-1]}\n"
    return texts


def list_refused(messages: list[Message]) -> list[Message]:
    return [message[1:] for message in messages if message[0] == MessageType.REFUSED]


def make_mail(text: str = "Hello") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "a@b.c", "Invoice"
    mail.set_content(text)
    return mail


def test_the_header_is_decoded_and_heads_the_text() -> None:
    content = HEAD + b"\nHello\n\n> quoted\n"
    (text,) = list_texts(convert(content)).values()
    assert text == (
        "From: Пётр <a@b.c>\nDate: 2025-03-03 10:00+03:00\nSubject: Счёт 5\nHello\n> quoted\n"
    )
    assert (MessageType.PAGE, None, "Счёт 5") in convert(content)


@pytest.mark.parametrize("charset", ["", "; charset=us-ascii", "; charset=iso-8859-1"])
def test_a_charset_that_is_missing_or_wrong_does_no_harm(charset: str) -> None:
    text = "Добрый день! Высылаю вам счёт за аренду помещения, оплатите его до пятницы."
    content = HEAD + f"Content-Type: text/plain{charset}\n\n".encode() + text.encode("cp1251")
    assert text in list_texts(convert(content))[""]


def test_html_is_read_only_if_the_plain_text_says_less() -> None:
    mail = make_mail("The price is ten roubles a month")
    mail.add_alternative("<p>The price is <b>ten</b> roubles a month", subtype="html")
    assert list_texts(convert(mail.as_bytes()))[""].endswith("The price is ten roubles a month\n")
    poor = make_mail("See HTML")
    poor.add_alternative("<p>The price</p><p>is ten roubles a month", subtype="html")
    assert "is ten roubles" in list_texts(convert(poor.as_bytes()))[""]


def test_attachments_are_documents_of_their_own() -> None:
    mail = make_mail()
    mail.add_attachment(make_pdf(["page"]), maintype="application", subtype="pdf", filename="счёт")
    mail.add_attachment("a b", filename="note.txt")
    mail.add_attachment("c d", filename="../note.txt")
    mail.add_attachment(make_zip({"a.txt": "a"}), maintype="a", subtype="b", filename="in.zip")
    messages = convert(mail.as_bytes())
    texts = list_texts(messages)
    assert list(texts) == ["", "счёт", "note.txt", "note (2).txt"]
    assert texts["note (2).txt"] == "c d\n"
    assert "Attachments: счёт, note.txt, note.txt, in.zip" in texts[""]
    assert list_refused(messages) == [("in.zip", "archive", "nested")]


def test_a_mail_within_a_mail_is_read_but_none_within_that() -> None:
    deepest, middle, mail = make_mail("deepest"), make_mail("middle"), make_mail("outer")
    middle.add_attachment("a b", filename="note.txt")
    middle.add_attachment(deepest)
    mail.add_attachment(middle)
    messages = convert(mail.as_bytes())
    assert list(list_texts(messages)) == ["", "Invoice.eml", "Invoice.eml/note.txt"]
    assert list_refused(messages) == [("Invoice.eml/Invoice.eml", "archive", "nested")]


def test_a_mail_in_an_archive_is_read_with_its_attachments() -> None:
    mail = make_mail()
    mail.add_attachment("a b", filename="note.txt")
    messages = convert(make_zip({"letter.eml": mail.as_bytes()}), ".zip")
    assert list(list_texts(messages)) == ["letter.eml", "letter.eml/note.txt"]


def test_pictures_in_the_text_and_signatures_are_no_attachments() -> None:
    mail = make_mail()
    mail.add_attachment(b"x", maintype="image", subtype="png", cid="<x>", disposition="inline")
    mail.add_attachment(b"x", maintype="application", subtype="pgp-signature", filename="s.asc")
    assert list(list_texts(convert(mail.as_bytes()))) == [""]


def test_what_only_outlook_can_open_is_reported() -> None:
    mail = make_mail()
    mail.add_attachment(b"x", maintype="application", subtype="ms-tnef", filename="winmail.dat")
    assert (MessageType.REMARK, "skipped", 1, "winmail.dat") in convert(mail.as_bytes())


def test_uuencoded_files_are_attachments() -> None:
    content = HEAD + b"\nbefore\nbegin 644 a.txt\n#8V%T\n`\nend\nafter\nbegin 644 broken\n"
    texts = list_texts(convert(content))
    assert texts["a.txt"] == "cat\n"
    assert texts[""].endswith("before\nafter\nbegin 644 broken\n")


def test_the_number_of_attachments_is_bounded() -> None:
    mail = make_mail()
    for _ in range(4):
        mail.add_attachment("a", filename="a.txt")
    with pytest.raises(RefusalError, match="files"):
        convert(mail.as_bytes(), limits=Limits(archive_files=3))


def test_mails_of_outlook_are_read() -> None:
    sent = dt.datetime(2025, 3, 3, 7, tzinfo=dt.UTC) - dt.datetime(1601, 1, 1, tzinfo=dt.UTC)
    dates = bytes(32) + struct.pack("<IIQ", 0x0039_0040, 6, int(sent.total_seconds()) * 10**7)
    inner = {
        "__properties_version1.0": bytes(24),
        "__substg1.0_0037001F": "Внутри".encode("utf-16-le"),
        "__substg1.0_1000001F": "Вложенное письмо".encode("utf-16-le"),
    }
    content = make_ole(
        {
            "__properties_version1.0": dates,
            "__substg1.0_0037001F": "Счёт".encode("utf-16-le"),
            "__substg1.0_0C1A001F": "Иван".encode("utf-16-le"),
            "__substg1.0_1000001E": "Добрый день, высылаю счёт".encode("cp1251"),
            "__attach_version1.0_#00000000": {
                "__substg1.0_3707001F": "note.txt".encode("utf-16-le"),
                "__substg1.0_37010102": b"a b",
            },
            "__attach_version1.0_#00000001": {"__substg1.0_3701000D": inner},
        }
    )
    texts = list_texts(convert(content, ".msg"))
    assert texts[""].startswith("From: Иван\nSubject: Счёт\nDate: 2025-03-03 07:00+00:00\n")
    assert "Добрый день, высылаю счёт" in texts[""]
    assert texts["note.txt"] == "a b\n"
    assert "Вложенное письмо" in texts["Внутри.eml"]


def test_a_saved_web_page_is_read_without_its_pictures() -> None:
    content = (
        b"From: saved\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n"
        b"--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n"
        b"\n<title>T</title><p>=D0=A1=D1=87=D1=91=D1=82</p>\n--b\nContent-Type: image/png\n\nx\n--b--\n"
    )
    (page,) = read(web_archives, content)
    assert (page.title, show([page])) == ("T", "Счёт")
