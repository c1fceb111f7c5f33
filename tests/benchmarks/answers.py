"""Measure one forked bot with many passages: idle, at work, and idle again.

    python -m tests.benchmarks.answers [--passages 10000] [--output build/benchmarks]

The documents are uploaded through the chat. The `idle_again` figure is taken after the bot has
closed its index, `services.IDLE_TIME` after the last question; the last figure is taken after one
more question. Writes `answers.json`, with memory as PSS in MB, in addition to the fork server's and
including the launcher's. Takes ten minutes.
"""

import argparse
import asyncio
import json
import logging
import random
import sys
import tempfile
import time
from pathlib import Path

from personal_bot.jobs.services import IDLE_TIME
from tests.acceptance.person import Person
from tests.benchmarks.fleets import FIRST_USER, Fleet, start_fleet, username_of
from tests.benchmarks.processes import read_cpu

FILE_PASSAGES = 2_000
PASSAGE_WORDS = 100  # a passage has 120 words, 20 of them repeated from the previous one
QUESTIONS = 5

log = logging.getLogger("answers")


def write_text(number: int, passages: int) -> bytes:
    """Return a text that splits into about this many passages, all different.

    Word frequencies follow Zipf's law, as in a language: the n-th word occurs 1/n as often as the
    first.
    """
    dice = random.Random(number)
    words = [
        "".join(dice.choices("abcdefghiklmnoprstuvy", k=dice.randint(3, 9))) for _ in range(5_000)
    ]
    frequencies = [1 / rank for rank in range(1, len(words) + 1)]
    lines = (
        " ".join(dice.choices(words, frequencies, k=PASSAGE_WORDS)).capitalize() + "."
        for _ in range(passages)
    )
    return "\n\n".join(lines).encode()


async def measure(folder: Path, passages: int) -> dict[str, float]:
    async with start_fleet(folder, 1) as fleet:
        await fleet.boot()
        person, bot = Person(fleet.people, FIRST_USER), username_of(FIRST_USER)
        found = {"idle_mb": await settle(fleet)}
        begun = time.monotonic()
        for number in range(max(1, passages // FILE_PASSAGES)):
            text = write_text(number, min(passages, FILE_PASSAGES))
            sent = await person.upload(bot, (f"book-{number}.txt", text))
            await person.expect(bot, "✅|❌", after=sent, patience=900)
        found["indexing_seconds"] = time.monotonic() - begun
        found["indexed_mb"] = await settle(fleet)
        begun, cpu = time.monotonic(), read_cpu(fleet.bot_pids()[0])
        for number in range(QUESTIONS):
            sent = await person.say(bot, f"What is said of chapter {number}?")
            await person.expect(bot, r"\w{3,}", after=sent, patience=120)
        found["question_seconds"] = (time.monotonic() - begun) / QUESTIONS
        found["question_cpu"] = (read_cpu(fleet.bot_pids()[0]) - cpu) / QUESTIONS
        found["answered_mb"] = await settle(fleet)
        report = fleet.stack.installation.bot(FIRST_USER).report
        found["passages"] = json.loads(report.read_bytes())["passages"]
        log.info("%s; waiting until the index is let go", found)
        await asyncio.sleep(IDLE_TIME * 1.2 + 10)
        found["idle_again_mb"] = await settle(fleet)
        sent = await person.say(bot, "And of the last chapter?")
        await person.expect(bot, r"\w{3,}", after=sent, patience=120)
        found["answered_again_mb"] = await settle(fleet)
        return found


async def settle(fleet: Fleet) -> float:
    await asyncio.sleep(5)
    return await fleet.measure_memory()


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.answers",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"))
    options = parser.parse_args()
    logging.basicConfig(level="INFO", format="%(asctime)s %(message)s")
    logging.getLogger("httpx").setLevel("WARNING")
    with tempfile.TemporaryDirectory(prefix="answers-") as folder:
        found = asyncio.run(measure(Path(folder) / "state", options.passages))
    options.output.mkdir(parents=True, exist_ok=True)
    (options.output / "answers.json").write_text(json.dumps(found, indent=2) + "\n")
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
