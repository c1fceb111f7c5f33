"""A bot's real process reads documents, answers, and survives kills, outages and damage."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing

import pytest

from personal_bot.contract import Condition, read_exit_report, read_report
from tests.integration.bot_harness import OWNER, PATIENCE, PUMP

pytestmark = pytest.mark.integration


async def test_a_document_is_read_and_a_question_answered_with_its_source(bot) -> None:
    async with bot.running_alone() as process:
        await bot.upload(("pump.txt", PUMP), ("bad.pdf", b"%PDF-1.4 cut"))
        await bot.say("How long is the warranty of the pump?")
        progress = await bot.said("Done. Added: 1 of 2")
        answer = await bot.said("Sources")
        assert "✅ pump.txt" in progress["text"]
        assert "24 months" in answer["text"]
        assert answer["text"].endswith("[1] pump.txt")
        await bot.tap(answer)
        quotation = await bot.said("[1] pump.txt\n")
        assert "24 months" in quotation["text"]
        assert quotation["reply_to_message_id"] == 1
        process.send_signal(signal.SIGTERM)
        output, _ = await process.communicate()
    lines = output.decode()
    assert process.returncode == 0
    assert f"Starting Personal Bot for user {OWNER}" in lines
    assert f"Personal Bot for user {OWNER} is running..." in lines
    assert f"Personal Bot for user {OWNER} stopped" in lines
    assert bot.token.partition(":")[2] not in lines
    assert read_exit_report(bot.files.exit_report).condition == Condition.STOPPED
    assert not bot.files.report.exists()


async def test_a_question_in_work_at_kill_9_is_answered_once(bot) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("Done.")
        await bot.hang("chat/completions")
        await bot.say("How long is the warranty of the pump?")
        await bot.hanging()
        bot.kill()
    async with bot.running():
        await bot.said("Sources")
        await bot.say("When does the office open?")
        await bot.said("nine")
    answers = [message for message in await bot.read() if "Sources" in message["text"]]
    assert len(answers) == 2
    assert len(await bot.read()) == 3


async def test_a_summary_in_work_at_kill_9_is_finished_once_and_paid_for_once(bot) -> None:
    """It costs so much that the owner is asked first, and shows its progress."""
    facts = "\n\n".join(f"Rule {n} says that door {n} is locked at night." for n in range(900))
    settings = {"SUMMARY_WINDOW": "1500", "SUMMARY_CONFIRM_TOKENS": "1000"}
    async with bot.running(**settings) as process:
        await bot.ready(process)
        await bot.upload(("rules.txt", facts.encode()))
        await bot.said("Done.")
        await bot.say("What is this document about?")
        asked = await bot.said("Shall I go on?")
        await bot.call("/faults", method="chat/completions", delay=0.1, times=3)
        await bot.hang("chat/completions", times=3)
        await bot.tap(asked)
        await bot.said("📖 Reading “rules.txt”")
        await bot.hanging()
        bot.kill()
    async with bot.running(**settings):
        summary = await bot.said("Sources")
    assert "Rule 0 says" in summary["text"]
    assert "I read the whole document" in summary["text"]
    assert len(await bot.read()) == 2
    prompts = await bot.list_prompts()  # without those that hung
    assert len(prompts) == len({*prompts}) > 8


async def test_files_in_work_at_kill_9_are_read_once(bot) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.hang("embeddings")
        await bot.upload(("pump.txt", PUMP), ("notes.txt", b"Plain notes about the weather."))
        await bot.hanging()
        bot.kill()
    async with bot.running():
        done = await bot.said("Done. Ask me about them.")
        report = read_report(bot.files.report)
    assert done["text"].count("✅") == 2
    assert len(await bot.read()) == 1
    assert (report.documents, report.restarts) == (2, 1)
    assert list(bot.files.uploads.iterdir()) == []


async def test_a_revoked_token_ends_the_bot_for_good(bot) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.call("/client/bots/revoke", username="docs_bot")
        output, _ = await process.communicate()
    assert process.returncode == 77
    left = read_exit_report(bot.files.exit_report)
    assert (left.code, left.condition) == (77, Condition.TOKEN_REVOKED)
    assert "Traceback" not in output.decode()


async def test_a_refused_key_is_told_and_reported(bot) -> None:
    async with bot.running(key="sk-sandbox-no-quota-1234") as process:
        await bot.ready(process)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("out of credit")
        report = read_report(bot.files.report)
    assert report.problem.condition == Condition.OPENAI_QUOTA_EXCEEDED


async def test_telegram_away_at_start_is_waited_for(bot) -> None:
    await bot.call("/faults", method="getUpdates", status=502, times=2)
    async with bot.running() as process:
        await bot.ready(process)
        await bot.say("/help")
        await bot.said("Questions.")


async def test_an_outage_in_the_middle_of_an_answer_does_not_lose_it(bot) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("Done.")
        await bot.call("/faults", method="editMessageText", status=502, times=2)
        await bot.call("/faults", method="sendMessage", status=429, retry_after=1, times=1)
        await bot.say("How long is the warranty of the pump?")
        answer = await bot.said("Sources")
    assert "24 months" in answer["text"]


async def test_an_update_that_cannot_be_decoded_is_passed_over(bot) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.call(
            "/client/updates", bot="docs_bot", update={"message": {"chat": "no chat at all"}}
        )
        await bot.say("/help")
        await bot.said("Questions.")


async def test_a_locked_database_delays_a_question_and_does_not_lose_it(bot) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("Done.")
        with closing(sqlite3.connect(bot.files.database, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            await bot.say("How long is the warranty of the pump?")
            await logged(process, "Cannot write to the database")
            other.execute("ROLLBACK")
        await bot.said("Sources")
    assert len(await bot.read()) == 2


async def test_a_damaged_index_is_told_to_the_owner_and_mended_by_clearing(bot) -> None:
    async with bot.running() as process:
        await bot.ready(process)
        await bot.upload(("pump.txt", PUMP))
        await bot.said("Done.")
    for path in (bot.files.index / "shard").rglob("*"):
        if path.is_file():
            os.truncate(path, path.stat().st_size // 2)
    async with bot.running() as process:
        await bot.ready(process)
        await bot.say("How long is the warranty of the pump?")
        await bot.said("/clear")
        problem = read_report(bot.files.report).problem
        assert problem.condition == Condition.INDEX_DAMAGED
        await bot.say("/clear")
        await bot.tap(await bot.said("This cannot be undone"))
        await bot.said("Deleted: 1 document")
        await bot.upload(("pump.txt", PUMP))
        await bot.said("✅ pump.txt")


async def logged(process: asyncio.subprocess.Process, words: str) -> None:
    """Wait until the process has logged these words; fail if it ends before."""
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE):
        async for line in process.stdout:
            if words in line.decode():
                return
    pytest.fail(f"the process ended without {words!r}")
