"""Faults neither lose nor duplicate work; `tests.benchmarks.faults` is the long version."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.fault_injection import DISK_FULL
from tests.benchmarks.faults import Plan, Scene, run, set_scene

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
    "network: answers cut",
    "Telegram 429",
    "kill -9 of bot",
    "OpenAI 500",
    "network: reset",
    "garbage: report",
    "SIGSTOP of master",
    "kill -9 of master",
    "kill -9 of launcher",
    DISK_FULL,
)


@pytest.fixture
def scene() -> Iterator[Scene]:
    """Start a separate installation, because the shared one must not be broken."""
    with set_scene() as scene:
        yield scene


@pytest.mark.timeout(420)
async def test_nothing_is_lost_or_doubled_whatever_breaks(scene: Scene):
    kinds = KINDS if scene.disk else KINDS[:-1]
    plan = Plan(questions=20, uploads=4, newcomers=1, owners=2, seed=7, pause=1.0, kinds=kinds)
    tally = await run(scene, plan)
    assert [*tally.lost, *tally.doubled, *tally.strays] == [], str(tally)
    assert tally.done == tally.sent, str(tally)
