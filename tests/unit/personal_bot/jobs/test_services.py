"""Memory used for work is returned once a bot is idle."""

import asyncio
import ctypes
import mmap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from personal_bot.contract import Condition, ExitCode
from personal_bot.errors import StartError, StoreError
from personal_bot.jobs import services as module
from personal_bot.jobs.services import Services
from personal_bot.process.memory import release_pages
from personal_bot.settings import Settings


class FakeEngine:
    def __init__(self) -> None:
        self.closings = 0
        self.compactions = 0
        self.closed = asyncio.Event()

    async def compact(self) -> None:
        self.compactions += 1

    async def close(self) -> None:
        self.closings += 1
        self.closed.set()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def services(engine: FakeEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    configuration: Any = SimpleNamespace(files=SimpleNamespace(index=tmp_path), settings=Settings())
    services = Services(configuration, database=None, idle_time=0.02)  # type: ignore[arg-type]
    made: Any = SimpleNamespace(engine=engine, library=object(), answerer=object())

    async def make() -> Any:
        return made

    monkeypatch.setattr(services, "_make", make)
    return services


async def ignore() -> None:
    """Do not replace the bot."""


async def test_what_is_unused_for_a_while_is_closed_once_for_each_use(services, engine):
    closing = asyncio.create_task(services.run_idle_closing(ignore))
    for expected in (1, 2):
        async with services.use_answerer():
            pass
        await asyncio.wait_for(engine.closed.wait(), 5)
        engine.closed.clear()
        assert engine.closings == engine.compactions == expected
    closing.cancel()


async def test_after_the_closing_a_fresh_bot_may_take_over(services, engine):
    async def renew() -> None:
        assert engine.closings == 1
        raise StartError(Condition.STOPPED, ExitCode.RENEWED)

    async with services.use_answerer():
        pass
    with pytest.raises(StartError, match="stopped"):
        await asyncio.wait_for(services.run_idle_closing(renew), 5)


async def test_an_index_that_cannot_be_compacted_is_closed_all_the_same(
    services, engine, monkeypatch
):
    async def fail() -> None:
        raise StoreError("no space")

    monkeypatch.setattr(engine, "compact", fail)
    closing = asyncio.create_task(services.run_idle_closing(ignore))
    async with services.use_answerer():
        pass
    await asyncio.wait_for(engine.closed.wait(), 5)
    closing.cancel()


async def test_what_is_in_use_is_not_closed(services, engine, monkeypatch):
    looks = asyncio.Event()
    sleep, slept = asyncio.sleep, []

    async def count(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 20:
            looks.set()
        await sleep(seconds)

    monkeypatch.setattr(module.asyncio, "sleep", count)
    closing = asyncio.create_task(services.run_idle_closing(ignore))
    async with services.use_library():
        await asyncio.wait_for(looks.wait(), 5)
        assert engine.closings == 0
    await asyncio.wait_for(engine.closed.wait(), 5)
    closing.cancel()


def resident(mapped: mmap.mmap) -> int:
    """Return how many bytes of a mapping are resident in this process."""
    address = ctypes.addressof(ctypes.c_char.from_buffer(mapped))
    for area in Path("/proc/self/smaps").read_text().split("VmFlags:"):
        lines = area.strip().splitlines()
        if any(line.startswith(f"{address:x}-") for line in lines):
            rss = next(line for line in lines if line.startswith("Rss:"))
            return int(rss.split()[1]) * 1024
    raise AssertionError("it is not mapped")


def test_released_pages_leave_the_memory_and_lose_no_byte(tmp_path):
    path = tmp_path / "vectors"
    content = b"vector" * 100_000
    path.write_bytes(content)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        mapped[:6] = b"VECTOR"
        assert mapped[6:] == content[6:]
        assert resident(mapped) >= len(content)
        release_pages(tmp_path)
        assert resident(mapped) == 0
        assert mapped[:] == b"VECTOR" + content[6:]


def test_pages_that_are_mapped_for_oneself_are_kept(tmp_path):
    path = tmp_path / "library"
    path.write_bytes(b"code" * 1_024)
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE) as mapped:
        mapped[:4] = b"CODE"
        release_pages(tmp_path)
        assert mapped[:4] == b"CODE"
