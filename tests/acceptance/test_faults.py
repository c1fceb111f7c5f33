"""Nothing is lost and nothing is doubled, whatever dies. The long form: tests.benchmarks.faults."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.town import Town, found_town
from tests.benchmarks.faults import Plan, run

pytestmark = pytest.mark.acceptance

KINDS = (
    "kill -9 of bot",
    "Telegram: done, answer lost",
    "kill -9 of master",
    "kill -9 of launcher",
    "OpenAI: stream cut",
    "kill -9 of bot",
    "kill -9 of fork server",
    "kill -9 of supervisord",
    "SIGSTOP of bot",
    "Telegram 429",
    "kill -9 of bot",
    "OpenAI 500",
    "kill -9 of master",
    "kill -9 of launcher",
)


@pytest.fixture
def shaken_town() -> Iterator[Town]:
    """One of its own: the others' is not to be broken."""
    folder = Path(tempfile.mkdtemp(prefix="shaken"))
    with found_town(folder) as town:
        yield town
    shutil.rmtree(folder)


@pytest.mark.timeout(420)
async def test_nothing_is_lost_or_doubled_while_processes_die(shaken_town: Town):
    plan = Plan(questions=20, uploads=4, newcomers=1, owners=2, seed=7, pause=1.0, kinds=KINDS)
    tally = await run(shaken_town, plan)
    assert [*tally.lost, *tally.doubled, *tally.strays] == [], str(tally)
    assert tally.done == tally.sent, str(tally)
