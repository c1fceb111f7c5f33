"""A file is checked against the operator's quotas before it is downloaded."""

from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from personal_bot.documents.quotas import MEGABYTE
from personal_bot.errors import QuotaError, Resource
from personal_bot.jobs.services import Services
from personal_bot.settings import Settings
from personal_bot.storage.models import Document


@pytest.fixture
def services(database) -> Services:
    settings = Settings(max_documents=2, max_documents_mb=3, max_passages=10)
    configuration: Any = SimpleNamespace(settings=settings)
    return Services(configuration, database)


async def put(database, *names: str, size: int = MEGABYTE) -> None:
    for name in names:
        create = partial(Document.create, name=name, sha256=name, size=size, pages=1, passages=1)
        await database.run(partial(create, chat_id=5, message_id=1))


async def test_there_is_room_until_a_limit_is_reached(services, database) -> None:
    await put(database, "a.pdf")
    await services.check_quotas("b.pdf", 2 * MEGABYTE)
    with pytest.raises(QuotaError) as refusal:
        await services.check_quotas("b.pdf", 2 * MEGABYTE + 1)
    assert (refusal.value.resource, refusal.value.used) == (Resource.SIZE, MEGABYTE)
    await put(database, "b.pdf")
    with pytest.raises(QuotaError) as refusal:
        await services.check_quotas("c.pdf", 1)
    assert (refusal.value.resource, refusal.value.limit) == (Resource.DOCUMENTS, 2)


async def test_a_new_version_has_the_room_of_the_old_one(services, database) -> None:
    await put(database, "a.pdf", "b.pdf")
    await services.check_quotas("b.pdf", 2 * MEGABYTE)


async def test_an_archive_has_the_room_of_its_documents(services, database) -> None:
    await put(database, "all.zip/a.pdf", "all.zip/b.pdf")
    await services.check_quotas("all.zip", 3 * MEGABYTE)
    with pytest.raises(QuotaError):
        await services.check_quotas("all.zi_", 1)  # `_` is not a wildcard


async def test_more_than_a_lowered_limit_is_kept(services, database) -> None:
    """Documents above a lowered quota are neither deleted nor left uncounted."""
    await put(database, "a.pdf", "b.pdf", "c.pdf", size=2 * MEGABYTE)
    assert (await services.count()).documents == 3
    with pytest.raises(QuotaError):
        await services.check_quotas("a.pdf", 1)
