"""Slow work runs in threads, so that the event loop keeps answering."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from personal_bot.documents import library, records
from personal_bot.index import edge, embedded_store, sparse
from tests.integration.documents.conftest import Bot

HEAVY = [
    (library, "_fingerprint"),
    (library, "split_pages"),
    (records, "find_document"),
    (records, "record_document"),
    (sparse, "encode_document"),
    (embedded_store, "make_point"),
    (edge, "_call"),
]


async def test_nothing_heavy_is_done_on_the_event_loop(
    embedded_bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: dict[str, set[int]] = {}

    def note(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            threads.setdefault(name, set()).add(threading.get_ident())
            return function(*arguments, **options)

        return call

    for module, name in HEAVY:
        monkeypatch.setattr(module, name, note(name, getattr(module, name)))
    await embedded_bot.add("a.pdf", "The pump is filled with oil. " * 200)

    assert threads.keys() == {name for _, name in HEAVY}
    assert threading.get_ident() not in set().union(*threads.values())
