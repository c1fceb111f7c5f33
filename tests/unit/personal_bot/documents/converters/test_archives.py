import io
import zipfile
from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from personal_bot.documents.converters import reading
from personal_bot.documents.converters.containers import check_entry, read_name
from personal_bot.documents.converters.protocol import (
    DEFAULT,
    Hints,
    Limits,
    Message,
    MessageType,
    RefusalError,
)
from tests.documents import make_docx, make_pdf, make_zip, paragraph


def convert(content: bytes, limits: Limits = DEFAULT) -> list[Message]:
    return list(reading.read(io.BytesIO(content), Hints(".zip"), limits))


def list_files(messages: list[Message]) -> list[str]:
    return [str(message[1]) for message in messages if message[0] == MessageType.FILE]


def make_entry(name: bytes) -> zipfile.ZipInfo:
    """Return an entry as zipfile reads it from an archive without the UTF-8 flag."""
    placeholder = "n" * len(name)
    content = make_zip({placeholder: "x"}).replace(placeholder.encode(), name)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.infolist()[0]


@pytest.mark.parametrize("encoding", ["cp866", "utf-8"])
def test_russian_names_are_read_as_windows_and_macs_write_them(encoding: str) -> None:
    assert read_name(make_entry("Договор аренды.txt".encode(encoding))) == "Договор аренды.txt"


def test_files_are_converted_one_by_one_and_others_are_named() -> None:
    messages = convert(
        make_zip(
            {
                "папка/текст.txt": "Привет",
                "report.pdf": make_pdf(["page"]),
                "photo.jpg": b"\xff\xd8\xff",
                "inner.zip": make_zip({"a.txt": "a"}),
                "empty.txt": "",
                "without suffix": make_docx(paragraph("a letter")),
                "__MACOSX/._report.pdf": b"x",
                "папка/.DS_Store": b"x",
            }
        )
    )
    assert list_files(messages) == ["папка/текст.txt", "report.pdf", "without suffix"]
    assert [message[1:] for message in messages if message[0] == MessageType.REFUSED] == [
        ("photo.jpg", "unsupported", "jpeg"),
        ("inner.zip", "archive", "nested"),
        ("empty.txt", "empty", ""),
    ]


def test_the_text_of_all_files_together_is_bounded() -> None:
    content = make_zip({"a.txt": "a" * 60, "b.txt": "b" * 60})
    with pytest.raises(RefusalError, match="output"):
        convert(content, Limits(output_chars=100))


@given(
    st.lists(st.sampled_from(["..", ".", "a", "b c", "я", ""]), min_size=1), st.sampled_from("/\\")
)
def test_no_name_that_is_let_in_leaves_the_archive(parts: list[str], separator: str) -> None:
    name = separator.join(parts)
    try:
        check_entry(zipfile.ZipInfo(name or "x"))
    except RefusalError:
        assert ".." in parts or parts[0] == ""
    else:
        path = PurePosixPath(name.replace("\\", "/"))
        assert not path.is_absolute()
        assert ".." not in path.parts


@given(st.binary(min_size=1, max_size=40).filter(lambda name: b"\0" not in name))
def test_any_name_is_read_or_stays_as_it_was(name: bytes) -> None:
    entry = zipfile.ZipInfo(name.decode("cp437"))
    entry.flag_bits = 0
    assert isinstance(read_name(entry), str)
