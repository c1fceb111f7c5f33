"""One bot as a real process, against the stand-ins of Telegram and OpenAI."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing

import pytest

from personal_bot.contract import Condition, read_exit_report, read_report
from tests.integration.bot_harness import OWNER, PATIENCE, PUMP

pytestmark = pytest.mark.integration


async def test_a_document_is_read_and_a_question_answered_with_its_source(street) -> None:
    async with street.running_alone() as process:
        await street.upload(("pump.txt", PUMP), ("bad.pdf", b"%PDF-1.4 cut"))
        await street.say("How long is the warranty of the pump?")
        progress = await street.said("Done. Added: 1 of 2")
        answer = await street.said("Sources")
        assert "✅ pump.txt" in progress["text"]
        assert "24 months" in answer["text"]
        assert answer["text"].endswith("[1] pump.txt")
        await street.tap(answer)
        quotation = await street.said("[1] pump.txt\n")
        assert "24 months" in quotation["text"]
        assert quotation["reply_to_message_id"] == 1
        process.send_signal(signal.SIGTERM)
        output, _ = await process.communicate()
    lines = output.decode()
    assert process.returncode == 0
    assert f"Starting Personal Bot for user {OWNER}" in lines
    assert f"Personal Bot for user {OWNER} is running..." in lines
    assert f"Personal Bot for user {OWNER} stopped" in lines
    assert street.token.partition(":")[2] not in lines
    assert read_exit_report(street.files.exit_report).condition == Condition.STOPPED
    assert not street.files.report.exists()


async def test_a_question_in_work_at_kill_9_is_answered_once(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
        await street.hang("chat/completions")
        await street.say("How long is the warranty of the pump?")
        await street.hanging()
        street.kill()
    async with street.running():
        await street.said("Sources")
        await street.say("When does the office open?")
        await street.said("nine")
    answers = [message for message in await street.read() if "Sources" in message["text"]]
    assert len(answers) == 2
    assert len(await street.read()) == 3


async def test_files_in_work_at_kill_9_are_read_once(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.hang("embeddings")
        await street.upload(("pump.txt", PUMP), ("notes.txt", b"Plain notes about the weather."))
        await street.hanging()
        street.kill()
    async with street.running():
        done = await street.said("Done. Ask me about them.")
        report = read_report(street.files.report)
    assert done["text"].count("✅") == 2
    assert len(await street.read()) == 1
    assert (report.documents, report.starts) == (2, 2)
    assert list(street.files.uploads.iterdir()) == []


async def test_a_revoked_token_ends_the_bot_for_good(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.call("/client/bots/revoke", username="docs_bot")
        output, _ = await process.communicate()
    assert process.returncode == 77
    left = read_exit_report(street.files.exit_report)
    assert (left.code, left.condition) == (77, Condition.TOKEN_REVOKED)
    assert "Traceback" not in output.decode()


async def test_a_refused_key_is_told_and_reported(street) -> None:
    async with street.running(key="sk-sandbox-no-quota-1234") as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("no credit left")
        report = read_report(street.files.report)
    assert report.problem.condition == Condition.OPENAI_QUOTA_EXCEEDED


async def test_telegram_away_at_start_is_waited_for(street) -> None:
    await street.call("/faults", method="getUpdates", status=502, times=2)
    async with street.running() as process:
        await street.ready(process)
        await street.say("/help")
        await street.said("Questions.")


async def test_an_outage_in_the_middle_of_an_answer_does_not_lose_it(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
        await street.call("/faults", method="editMessageText", status=502, times=2)
        await street.call("/faults", method="sendMessage", status=429, retry_after=1, times=1)
        await street.say("How long is the warranty of the pump?")
        answer = await street.said("Sources")
    assert "24 months" in answer["text"]


async def test_an_update_that_cannot_be_decoded_is_passed_over(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.call(
            "/client/updates", bot="docs_bot", update={"message": {"chat": "no chat at all"}}
        )
        await street.say("/help")
        await street.said("Questions.")


async def test_a_locked_database_delays_a_question_and_does_not_lose_it(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
        with closing(sqlite3.connect(street.files.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await street.say("How long is the warranty of the pump?")
            await logged(process, "The database refuses")
            other.execute("ROLLBACK")
        await street.said("Sources")
    assert len(await street.read()) == 2


async def test_a_damaged_index_is_told_to_the_owner_and_mended_by_clearing(street) -> None:
    async with street.running() as process:
        await street.ready(process)
        await street.upload(("pump.txt", PUMP))
        await street.said("Done.")
    for path in (street.files.index / "shard").rglob("*"):
        if path.is_file():
            os.truncate(path, path.stat().st_size // 2)
    async with street.running() as process:
        await street.ready(process)
        await street.say("How long is the warranty of the pump?")
        await street.said("/clear")
        problem = read_report(street.files.report).problem
        assert problem.condition == Condition.INDEX_DAMAGED
        await street.say("/clear")
        await street.tap(await street.said("This cannot be undone"))
        await street.said("Deleted: 1 document")
        await street.upload(("pump.txt", PUMP))
        await street.said("✅ pump.txt")


async def logged(process: asyncio.subprocess.Process, words: str) -> None:
    """Wait until the process has logged these words."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        async for line in process.stdout:
            if words in line.decode():
                return
    pytest.fail(f"the process ended without {words!r}")
