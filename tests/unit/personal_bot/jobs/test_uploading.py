import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramNetworkError
from aiogram.methods import GetFile, SendMessage

from personal_bot.contract import Condition, read_report
from personal_bot.documents.quotas import MAX_FILE_BYTES
from personal_bot.errors import (
    DuplicateDocumentError,
    EmptyFileError,
    OpenAIQuotaError,
    OpenAIUnreachableError,
)
from personal_bot.jobs.queue import JobKind, NewJob
from personal_bot.jobs.runner import MAX_ATTEMPTS, JobRunner
from personal_bot.jobs.uploading import FileJobHandler
from personal_bot.storage.models import Outcome

OWNER = 5


@pytest.fixture
def handler(context) -> FileJobHandler:
    return FileJobHandler(context, quiet_time=0.05, pauses=[0])


@pytest.fixture
def upload(context):
    ids = iter(range(1, 1000))

    async def run(*names: str, size: int | None = 100) -> None:
        for name in names:
            update_id = next(ids)
            payload = {"name": name, "file_id": f"id-{name}", "size": size, "group": "g"}
            await context.queue.record(NewJob(update_id, JobKind.FILE, OWNER, update_id, payload))

    return run


@asynccontextmanager
async def working(context, handler):
    """Run the job handler as the application does."""
    runner = JobRunner(context.queue, {JobKind.FILE: handler}, context.outage.retry)
    tasks = [asyncio.create_task(handler.gather()), asyncio.create_task(runner.run())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def taken_in(context, database) -> None:
    """Wait until every file is processed and its progress message is complete."""
    while await context.queue.count(JobKind.FILE) or await database.run(Outcome.select().count):
        await asyncio.sleep(0.01)


async def test_files_that_come_together_share_one_message(
    context, handler, database, telegram, services, upload
) -> None:
    async with working(context, handler):
        await upload("a.pdf", "b.docx")
        await taken_in(context, database)
    [shown] = telegram.messages.values()
    assert shown.text == (
        "<b>Done. Ask me about them.</b>\n\n"
        "✅ a.pdf — 3 pages · 7 passages\n✅ b.docx — 3 pages · 7 passages"
    )
    assert services.uploaded == [("a.pdf", b"content"), ("b.docx", b"content")]


async def test_a_file_advances_through_its_stages(
    context, handler, database, telegram, services, upload
) -> None:
    services.gate.clear()
    async with working(context, handler):
        await upload("a.pdf")
        while not telegram.messages or "▰▱▱▱▱ stored" not in telegram.last.text:
            await asyncio.sleep(0.01)
        services.gate.set()
        await taken_in(context, database)


async def test_nothing_stays_in_the_folder_of_uploads(
    context, handler, database, services, upload
) -> None:
    services.additions = [None, EmptyFileError("b.pdf")]
    async with working(context, handler):
        await upload("a.pdf", "b.pdf")
        await taken_in(context, database)
    assert list(context.uploads.iterdir()) == []


async def test_each_file_is_refused_for_its_own_reason(
    context, handler, database, telegram, services, upload
) -> None:
    services.additions = [EmptyFileError("a.pdf"), None, EmptyFileError("c.pdf")]
    async with working(context, handler):
        await upload("a.pdf", "b.pdf", "c.pdf")
        await taken_in(context, database)
    reason = "<blockquote>The file is empty. Check it, then send it again.</blockquote>"
    assert telegram.last.text.splitlines() == [
        "<b>Done. Added: 1 of 3</b>",
        "",
        "❌ a.pdf",
        reason,
        "✅ b.pdf — 3 pages · 7 passages",
        "❌ c.pdf",
        reason,
    ]


async def test_a_file_that_is_known_already_is_not_shown_as_a_failure(
    context, handler, database, telegram, services, upload
) -> None:
    services.additions = [
        None,
        DuplicateDocumentError("b.pdf", "c.pdf"),
        DuplicateDocumentError("d.pdf", "d.pdf"),
    ]
    async with working(context, handler):
        await upload("a.pdf", "b.pdf", "d.pdf")
        await taken_in(context, database)
    assert telegram.last.text == (
        "<b>Done. Added: 1 of 3 · already here: 2</b>\n\n"
        "✅ a.pdf — 3 pages · 7 passages\n"
        "☑️ b.pdf — I already have it, as “c.pdf”\n"
        "☑️ d.pdf — I already have it"
    )


@pytest.mark.parametrize(
    ("names", "title"),
    [(["a.pdf"], "I already have this file."), (["a.pdf", "b.pdf"], "I already have these files.")],
)
async def test_if_all_files_are_known_already_the_title_says_so(
    context, handler, database, telegram, services, upload, names, title
) -> None:
    services.additions = [DuplicateDocumentError(name, "c.pdf") for name in names]
    async with working(context, handler):
        await upload(*names)
        await taken_in(context, database)
    assert telegram.last.text.startswith(f"<b>{title}</b>")


@pytest.mark.parametrize(
    ("refused", "mark"),
    [
        ([DuplicateDocumentError("a.zip/b.pdf", "c.pdf")], "☑️"),
        ([DuplicateDocumentError("a.zip/b.pdf", "c.pdf"), EmptyFileError("a.zip/e.pdf")], "❌"),
    ],
    ids=["all known", "one failed"],
)
async def test_the_files_of_an_archive_that_are_known_are_told_from_those_that_failed(
    context, handler, database, telegram, services, upload, refused, mark
) -> None:
    services.additions = [services.Addition([], refused)]
    async with working(context, handler):
        await upload("a.zip")
        await taken_in(context, database)
    assert f"{mark} a.zip — 0 documents" in telegram.last.text
    assert "☑️ a.zip/b.pdf — I already have it, as “c.pdf”" in telegram.last.text


async def test_a_file_that_is_too_large_is_not_downloaded(
    context, handler, database, telegram, upload
) -> None:
    async with working(context, handler):
        await upload("a.pdf", size=MAX_FILE_BYTES + 1)
        await taken_in(context, database)
    assert telegram.list_calls(GetFile) == []
    assert "It is 21 MB, and the limit is 20 MB" in telegram.last.text


async def test_the_name_of_a_file_decides_nothing(
    context, handler, database, services, upload
) -> None:
    async with working(context, handler):
        await upload("permit", "Contract No 5 of 12.05", "photo.jpg")
        await taken_in(context, database)
    assert len(services.uploaded) == 3


async def test_a_file_of_unknown_size_is_not_downloaded_if_it_is_too_large(
    context, handler, database, telegram, services, upload
) -> None:
    telegram.size = MAX_FILE_BYTES + 1
    async with working(context, handler):
        await upload("a.pdf", size=None)
        await taken_in(context, database)
    assert "It is 21 MB, and the limit is 20 MB" in telegram.last.text
    assert services.uploaded == []


async def test_an_archive_tells_what_of_it_was_refused(
    context, handler, database, telegram, services, upload
) -> None:
    inner = services.Card(1, "a.zip/in.pdf")
    services.additions = [services.Addition([inner], [EmptyFileError("a.zip/no.txt")])]
    async with working(context, handler):
        await upload("a.zip")
        await taken_in(context, database)
    assert (
        "✅ a.zip — 1 document\n❌ a.zip/no.txt\n<blockquote>The file is empty"
        in telegram.last.text
    )


async def test_a_replaced_version_is_told(
    context, handler, database, telegram, services, upload
) -> None:
    services.additions = [services.Addition([services.Card(1, "a.pdf")], replaced=["a.pdf"])]
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    assert "replaces the earlier version" in telegram.last.text


async def test_a_passing_failure_is_tried_again(
    context, handler, database, telegram, services, upload
) -> None:
    services.additions = [OpenAIUnreachableError(), OpenAIUnreachableError(), None]
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    assert "✅ a.pdf" in telegram.last.text
    assert context.reporter.problem is None


async def test_a_pause_is_told_however_soon_after_another_edit(
    context, telegram, services, upload
) -> None:
    hour = 3_600
    handler = FileJobHandler(replace(context, edit_interval=hour), quiet_time=0.05, pauses=[hour])
    services.additions = [OpenAIUnreachableError()]
    async with working(context, handler):
        await upload("a.pdf")
        while not telegram.messages or "⏸ a.pdf — OpenAI is not" not in telegram.last.text:
            await asyncio.sleep(0.01)


async def test_a_failure_that_lasts_is_told_in_the_end(
    context, handler, database, telegram, services, upload
) -> None:
    services.additions = [OpenAIUnreachableError() for _ in range(MAX_ATTEMPTS)]
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    assert "OpenAI is not responding right now" in telegram.last.text


async def test_what_another_try_cannot_help_is_told_at_once(
    context, handler, database, telegram, services, upload
) -> None:
    services.additions = [OpenAIQuotaError()]
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    assert "out of credit" in telegram.last.text
    assert context.reporter.problem.condition == Condition.OPENAI_QUOTA_EXCEEDED
    assert len(services.uploaded) == 1


async def test_a_download_that_breaks_off_is_tried_again(
    context, handler, database, telegram, upload
) -> None:
    method = GetFile(file_id="x")
    telegram.refuse(GetFile, TelegramNetworkError(method, "reset"))
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    assert "✅ a.pdf" in telegram.last.text


async def test_a_file_that_telegram_does_not_have_is_refused(
    context, handler, database, telegram, upload
) -> None:
    method = GetFile(file_id="x")
    telegram.refuse(GetFile, TelegramBadRequest(method, "Bad Request: invalid file_id"))
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    assert "❌ a.pdf" in telegram.last.text


async def test_after_a_kill_the_rest_is_done_in_the_same_message(
    context, handler, database, telegram, services, upload
) -> None:
    async with working(context, handler):
        await upload("a.pdf", "b.pdf")
        services.additions = [None, asyncio.CancelledError()]
        while len(services.uploaded) < 2:
            await asyncio.sleep(0.01)
    async with working(context, FileJobHandler(context, quiet_time=0, pauses=[0])):
        await taken_in(context, database)
    [shown] = telegram.messages.values()
    assert shown.text.count("✅") == 2
    assert [name for name, _ in services.uploaded] == ["a.pdf", "b.pdf", "b.pdf"]


async def test_after_a_kill_at_the_very_end_the_message_still_says_so(
    context, handler, database, telegram, upload, monkeypatch
) -> None:
    async def die(*_: object) -> None:
        raise asyncio.CancelledError

    await upload("a.pdf")
    with monkeypatch.context() as patched:
        patched.setattr("personal_bot.telegram.progress.Progress.close", die)
        async with working(context, handler):
            while not await database.run(Outcome.select().count):
                await asyncio.sleep(0.01)
    assert "Done" not in telegram.last.text
    async with working(context, FileJobHandler(context, quiet_time=0)):
        await taken_in(context, database)
    [shown] = telegram.messages.values()
    assert "<b>Done. Ask me about it.</b>" in shown.text


async def test_more_files_than_a_message_holds_get_another(
    context, handler, database, telegram, upload
) -> None:
    async with working(context, handler):
        await upload(*(f"{number}.pdf" for number in range(23)))
        await taken_in(context, database)
    assert [shown.text.count("✅") for shown in telegram.messages.values()] == [20, 3]


async def test_files_of_an_owner_who_blocked_the_bot_are_taken_in(
    context, handler, database, telegram, services, upload
) -> None:
    error = TelegramForbiddenError(SendMessage(chat_id=OWNER, text="x"), "blocked")
    telegram.refuse(SendMessage, error, error)
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    assert [card.name for card in services.cards.values()] == ["a.pdf"]


async def test_the_report_counts_what_was_added(context, handler, database, files, upload) -> None:
    await context.reporter.open()
    async with working(context, handler):
        await upload("a.pdf")
        await taken_in(context, database)
    report = read_report(files.report)
    assert (report.documents, report.passages) == (1, 7)


async def test_a_file_without_room_is_refused_before_it_is_downloaded(
    context, handler, database, telegram, services, upload
) -> None:
    services.room = 50
    async with working(context, handler):
        await upload("a.pdf", size=51)
        await taken_in(context, database)
    assert "the limit for all your documents together" in telegram.last.text
    assert telegram.list_calls(GetFile) == []
