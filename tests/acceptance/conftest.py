"""One running installation for the whole test run, and new people for each test."""

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.acceptance.person import Person
from tests.acceptance.running_system import RunningSystem, start_system

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def system() -> Iterator[RunningSystem]:
    # A unix socket's path is limited to 107 bytes, and pytest's temporary paths are long.
    folder = Path(tempfile.mkdtemp(prefix="tgrag-"))
    with start_system(folder) as system:
        yield system
    shutil.rmtree(folder)


@pytest.fixture
async def client(system: RunningSystem) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=system.url, timeout=60) as client:
        yield client


@pytest.fixture
def make_person(client: httpx.AsyncClient) -> Callable[..., Person]:
    def make(language: str = "en") -> Person:
        return Person(client, 700_000_000 + next(_numbers), language)

    return make
