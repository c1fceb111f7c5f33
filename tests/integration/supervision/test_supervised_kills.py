"""A creation or deletion is completed after the master was killed at any step of it."""

import asyncio
from collections.abc import Awaitable
from contextvars import ContextVar

import pytest

from master.accounts.database import Database
from personal_bot.contract import read_credentials, read_key
from tests.integration.supervision.conftest import KEY, ControlPlaneHarness, identity_of, token_of

pytestmark = pytest.mark.integration

CREATION_STEPS, DELETION_STEPS = 18, 16  # until it waits for the bot to start, or to end
UNREACHED = 10_000  # steps, more than there are

_left: ContextVar[int | None] = ContextVar("steps until the master is killed", default=None)


class KilledError(BaseException):
    """The master was killed: every further step raises this error again."""


def count_step() -> None:
    left = _left.get()
    if left == 0:
        raise KilledError
    _left.set(None if left is None else left - 1)


@pytest.fixture(autouse=True)
def _mortal(monkeypatch) -> None:
    """Count a step for each thread call and database query, which cover all the master does."""
    to_thread, run = asyncio.to_thread, Database.run

    async def count_and_do(function, *arguments, **options):
        count_step()
        return await to_thread(function, *arguments, **options)

    async def count_and_run(database, query, *arguments):
        count_step()
        return await run(database, query, *arguments)

    monkeypatch.setattr(asyncio, "to_thread", count_and_do)
    monkeypatch.setattr(Database, "run", count_and_run)


async def kill_after(steps: int, work: Awaitable[object]) -> bool:
    """Return True if the master was killed, False if it finished before."""
    _left.set(steps)
    try:
        await work
    except KilledError:
        return True
    return False


async def create(harness: ControlPlaneHarness, manager, user_id: int) -> None:
    harness.script(user_id, "work")
    await manager.create(user_id, identity_of(user_id), token_of(user_id), KEY)


async def test_a_creation_that_was_killed_anywhere_is_done_again_once(harness):
    users = range(1, CREATION_STEPS + 1)
    masters = {user: harness.another_manager() for user in users}
    killed = await asyncio.gather(
        *(kill_after(user - 1, create(harness, masters[user], user)) for user in users)
    )
    assert all(killed), "there are fewer steps than this test believes"
    successor = harness.another_manager()
    await successor.reconcile()
    await asyncio.gather(*(create(harness, successor, user) for user in users))
    assert await successor.count_running() == len(users)
    processes = await harness.supervisor.list_processes()
    assert sorted(process.name for process in processes) == sorted(f"bot-{user}" for user in users)
    assert harness.programs.list_users() == set(users)
    for user in users:
        path = harness.installation.bot(user).credentials
        assert read_credentials(path, read_key(harness.installation.key)).bot_token == token_of(
            user
        )
    assert (await successor.reconcile()).is_clean


async def test_a_deletion_that_was_killed_anywhere_is_finished_once(harness):
    steps = [*range(DELETION_STEPS), UNREACHED]
    users = range(1, len(steps) + 1)
    await asyncio.gather(*(create(harness, harness.manager, user) for user in users))
    masters = {user: harness.another_manager() for user in users}
    killed = await asyncio.gather(
        *(kill_after(steps[user - 1], masters[user].delete(user)) for user in users)
    )
    assert killed[0]
    assert not killed[-1]
    successor = harness.another_manager()
    await successor.reconcile()
    begun = [card.user_id for card in await successor.list_cards()]
    assert begun == [1], "what had not begun is not done"
    assert harness.programs.list_users() == {1}
    assert [process.name for process in await harness.supervisor.list_processes()] == ["bot-1"]
    left = [user for user in users if harness.installation.bot(user).home.exists()]
    assert left == [1]
    assert (await successor.reconcile()).is_clean
