"""The worker process converts or refuses files within its limits, without blocking the bot."""

import asyncio
import json
import os
import re
from pathlib import Path

import psutil
import pytest
from pypdf import PdfReader, PdfWriter

from personal_bot.documents import workers
from personal_bot.documents.conversion import Conversion, Limits, convert
from personal_bot.errors import (
    ConversionLimitError,
    DocumentError,
    EmptyFileError,
    FileTooLargeError,
    NoTextError,
    PasswordProtectedError,
    UnsupportedFileError,
)
from tests.blocks import show
from tests.documents import make_docx, make_pdf, make_xlsx, make_zip, paragraph
from tests.hostile.case import Hostile
from tests.hostile.every import list_hostile
from tests.workers import PeakMemory

pytestmark = pytest.mark.integration

HOSTILE = Limits(cpu_seconds=30, wall_seconds=90)
# Must not appear in any text: /etc/passwd, control characters, bidirectional overrides.
FOREIGN = re.compile("root:x:0|[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")


def read_text(result: Conversion) -> str:
    return "\n".join(show(file.pages) for file in result.files)


async def convert_bytes(folder: Path, name: str, content: bytes, limits: Limits) -> Conversion:
    path = folder / "upload"
    path.write_bytes(content)
    return await convert(path, name, limits=limits)


@pytest.mark.parametrize("hostile", list(list_hostile()), ids=lambda hostile: hostile.name)
async def test_a_hostile_file_gives_its_text_or_the_right_refusal(
    tmp_path: Path, hostile: Hostile
) -> None:
    content = hostile.make()
    with PeakMemory() as memory:
        if hostile.refusals:
            with pytest.raises(hostile.refusals) as refusal:
                await convert_bytes(tmp_path, hostile.name, content, HOSTILE)
            assert refusal.value.name == hostile.name
        else:
            result = await convert_bytes(tmp_path, hostile.name, content, HOSTILE)
            assert hostile.text in read_text(result)
            assert not FOREIGN.search(read_text(result))
    assert 0 < memory.reserved <= HOSTILE.memory_bytes


def make_slow_pdf(pages: int) -> bytes:
    """Return a PDF that takes about one second of CPU per three pages."""
    return make_pdf(["\n".join(["some words in a line of text"] * 1_000)] * pages)


def list_workers() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "personal_bot.documents.worker" in child.cmdline()]


async def wait_for_worker() -> psutil.Process:
    async with asyncio.timeout(20):
        while not (workers := list_workers()):
            await asyncio.sleep(0.01)
    return workers[0]


async def test_a_file_becomes_pages(tmp_path: Path) -> None:
    content = make_pdf(["first", "", "third"])
    result = await convert_bytes(tmp_path, "Отчёт.PDF", content, HOSTILE)
    (file,) = result.files
    assert (file.name, file.media_type) == ("Отчёт.PDF", "application/pdf")
    assert [(page.number, show([page])) for page in file.pages] == [
        (1, "first"),
        (2, ""),
        (3, "third"),
    ]
    assert result.refused == []


async def test_an_archive_becomes_its_files_and_those_refused(tmp_path: Path) -> None:
    content = make_zip({"папка/a.txt": "Привет", "b.jpg": b"\xff\xd8\xff", "c.pdf": make_pdf([""])})
    result = await convert_bytes(tmp_path, "all.zip", content, HOSTILE)
    assert [file.name for file in result.files] == ["all.zip/папка/a.txt"]
    assert [(type(error), error.name) for error in result.refused] == [
        (UnsupportedFileError, "all.zip/b.jpg"),
        (NoTextError, "all.zip/c.pdf"),
    ]


async def test_an_encrypted_pdf_wants_a_password(tmp_path: Path) -> None:
    source = tmp_path / "plain.pdf"
    source.write_bytes(make_pdf(["secret", "pages"]))
    writer = PdfWriter(clone_from=PdfReader(source))
    writer.encrypt("word", algorithm="AES-256")
    writer.write(tmp_path / "locked.pdf")
    with pytest.raises(PasswordProtectedError):
        await convert(tmp_path / "locked.pdf", "locked.pdf")
    opened = PdfWriter(clone_from=PdfReader(source))
    opened.encrypt("", owner_password="word", algorithm="AES-256")
    opened.write(tmp_path / "open.pdf")
    assert "secret" in read_text(await convert(tmp_path / "open.pdf", "open.pdf"))


async def test_a_large_or_empty_file_starts_no_worker(tmp_path: Path) -> None:
    with pytest.raises(FileTooLargeError) as refusal:
        await convert_bytes(tmp_path, "a.txt", b"12345", Limits(input_bytes=4))
    assert (refusal.value.size, refusal.value.limit) == (5, 4)
    with pytest.raises(EmptyFileError):
        await convert_bytes(tmp_path, "a.txt", b"", HOSTILE)


@pytest.mark.parametrize(
    ("limits", "detail"),
    [
        (Limits(cpu_seconds=1), "CPU time"),
        (Limits(wall_seconds=0.5), "time"),
        (Limits(output_chars=50_000), "output"),
        (Limits(pages=10), "pages"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_the_limit_that_was_exceeded_is_named(
    tmp_path: Path, limits: Limits, detail: str
) -> None:
    with pytest.raises(ConversionLimitError) as refusal:
        await convert_bytes(tmp_path, "slow.pdf", make_slow_pdf(200), limits)
    assert refusal.value.detail == detail
    assert list_workers() == []


async def test_memory_for_a_document_that_unfolds_is_bounded(tmp_path: Path) -> None:
    content = make_docx("".join(paragraph(f"text {i}") for i in range(300_000)))
    with pytest.raises(ConversionLimitError) as refusal:
        await convert_bytes(tmp_path, "a.docx", content, Limits(memory_bytes=100 * 1024 * 1024))
    assert refusal.value.detail == "memory"


async def test_a_cancelled_conversion_leaves_no_worker(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(make_slow_pdf(200))
    task = asyncio.create_task(convert(path, "slow.pdf"))
    worker = await wait_for_worker()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not worker.is_running()


async def test_a_killed_worker_is_a_refusal(tmp_path: Path) -> None:
    """A killed worker counts as out of memory, because only the kernel kills workers."""
    path = tmp_path / "slow.pdf"
    path.write_bytes(make_slow_pdf(200))
    task = asyncio.create_task(convert(path, "slow.pdf"))
    (await wait_for_worker()).kill()
    with pytest.raises(ConversionLimitError):
        await task


async def test_a_worker_knows_no_secret_and_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-not-for-the-worker")
    path = tmp_path / "slow.pdf"
    path.write_bytes(make_slow_pdf(200))
    task = asyncio.create_task(convert(path, "diagnosis.pdf"))
    worker = await wait_for_worker()
    seen = json.dumps([worker.environ(), worker.cmdline()])
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert "sk-not-for-the-worker" not in seen
    assert "diagnosis" not in seen
    assert str(tmp_path) not in seen


async def test_the_bot_serves_while_a_worker_works(tmp_path: Path) -> None:
    path = tmp_path / "slow.pdf"
    path.write_bytes(make_slow_pdf(3))
    task = asyncio.create_task(convert(path, "slow.pdf"))
    turns = 0
    while not task.done():
        await asyncio.sleep(0.001)
        turns += 1
    await task
    assert turns > 50


async def test_what_a_worker_complains_of_is_logged_without_secrets(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "worker.sh"
    script.write_text("#!/bin/sh\necho 'sk-abcdefghijklmnop' >&2\nexit 3\n")
    script.chmod(0o700)
    monkeypatch.setattr(workers.sys, "executable", str(script))
    with pytest.raises(DocumentError, match="worker exited with status 3"):
        await convert_bytes(tmp_path, "a.txt", b"text", HOSTILE)
    assert "sk-***" in caplog.text
    assert "abcdefgh" not in caplog.text


async def test_a_worker_that_never_stops_talking_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "worker.sh"
    script.write_text("#!/bin/sh\nexec yes\n")
    script.chmod(0o700)
    monkeypatch.setattr(workers.sys, "executable", str(script))
    with pytest.raises(ConversionLimitError) as refusal:
        await convert_bytes(tmp_path, "a.txt", b"text", HOSTILE)
    assert refusal.value.detail == "output"


async def test_locks_are_told(tmp_path: Path) -> None:
    result = await convert_bytes(tmp_path, "a.xlsx", make_xlsx({"S": [["a"]]}), HOSTILE)
    assert {lock.split()[0] for lock in result.locks} <= {"landlock", "seccomp"}


DOCUMENTS_DIR = os.environ.get("DOCUMENTS_DIR", "")
MANIFEST = Path(DOCUMENTS_DIR, "MANIFEST.json")
DOCUMENTS = json.loads(MANIFEST.read_text()) if DOCUMENTS_DIR else []


@pytest.mark.skipif(not DOCUMENTS, reason="DOCUMENTS_DIR names no folder of real documents")
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document["file"])
async def test_a_real_document_gives_its_text_or_the_right_refusal(
    document: dict[str, str | int | None],
) -> None:
    name = str(document["file"])
    expected = str(document["expected"])
    if expected == "text":
        result = await convert(MANIFEST.parent / name, name)
        pages = [
            page
            for file in result.files
            for page in file.pages
            if str(document["phrase"]) in " ".join(show([page]).split())
        ]
        assert pages
        assert document["page"] in {None, *(page.number for page in pages)}
        return
    refusals = {"no text": "NoText", "password": "PasswordProtected", "damaged": "DamagedFile"}
    reason = expected.removeprefix("refuse: ")
    with pytest.raises(DocumentError) as refusal:
        await convert(MANIFEST.parent / name, name)
    prefix = refusals.get(reason, reason.title().replace(" ", ""))
    assert type(refusal.value).__name__.startswith(prefix)
