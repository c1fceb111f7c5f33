"""What a busy hour took is given back after some idle minutes."""

import asyncio
import mmap
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from personal_bot import services as module
from personal_bot.memory import page_out
from personal_bot.services import Services


class Knowledge:
    def __init__(self) -> None:
        self.closings = 0
        self.closed = asyncio.Event()

    async def close(self) -> None:
        self.closings += 1
        self.closed.set()


@pytest.fixture
def knowledge() -> Knowledge:
    return Knowledge()


@pytest.fixture
def services(knowledge: Knowledge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    configuration: Any = SimpleNamespace(files=SimpleNamespace(index=tmp_path))
    services = Services(configuration, database=None, idle_time=0.02)  # type: ignore[arg-type]
    made: Any = SimpleNamespace(knowledge=knowledge, library=object(), answerer=object())

    async def make() -> Any:
        return made

    monkeypatch.setattr(services, "_make", make)
    return services


async def test_what_is_unused_for_a_while_is_closed_once_for_each_use(services, knowledge):
    closing = asyncio.create_task(services.run_idle_closing())
    for expected in (1, 2):
        async with services.use_answerer():
            pass
        await asyncio.wait_for(knowledge.closed.wait(), 5)
        knowledge.closed.clear()
        assert knowledge.closings == expected
    closing.cancel()


async def test_what_is_in_use_is_not_closed(services, knowledge, monkeypatch):
    looks = asyncio.Event()
    sleep, slept = asyncio.sleep, []

    async def count(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 20:
            looks.set()
        await sleep(seconds)

    monkeypatch.setattr(module.asyncio, "sleep", count)
    closing = asyncio.create_task(services.run_idle_closing())
    async with services.use_library():
        await asyncio.wait_for(looks.wait(), 5)
        assert knowledge.closings == 0
    await asyncio.wait_for(knowledge.closed.wait(), 5)
    closing.cancel()


def test_paging_out_changes_no_byte(tmp_path):
    path = tmp_path / "vectors"
    path.write_bytes(b"vector" * 100_000)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as mapped:
        mapped[:6] = b"VECTOR"
        page_out(tmp_path)
        assert mapped[:] == b"VECTOR" + b"vector" * 99_999
