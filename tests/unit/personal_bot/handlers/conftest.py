from collections.abc import Awaitable, Callable

import pytest

from personal_bot.storage.database import Database
from personal_bot.storage.models import Job


@pytest.fixture
def list_jobs(database: Database) -> Callable[[], Awaitable[list[Job]]]:
    """Return a function that lists the recorded jobs, oldest first."""

    async def run() -> list[Job]:
        return await database.run(lambda: list(Job.select().order_by(Job.job_id)))

    return run
