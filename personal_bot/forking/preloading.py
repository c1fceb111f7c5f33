"""Work that the fork server does before the first fork, so that bots share the result."""

import gc
import logging
import os
import sys
from importlib import import_module
from pathlib import Path

from personal_bot.errors import StartError
from personal_bot.isolation.paths import find_allowed_paths
from personal_bot.process.memory import return_memory
from personal_bot.settings import load_settings

logger = logging.getLogger(__name__)

PRELOADED = (
    "personal_bot.lifecycle",
    "personal_bot.application",
    "personal_bot.answers.answerer",
    "personal_bot.answers.summaries.summarizer",
    "personal_bot.documents.library",
)
"""Modules that every bot imports sooner or later; their own imports are preloaded with them."""

_PLUGS: list[bytes] = []
_POOL_BYTES = 16_384  # CPython's Objects/obmalloc.c, POOL_SIZE since 3.10
_BLOCK_BYTES = range(48, 513, 16)  # obmalloc's sizes that a bytes object can have


def preload() -> None:
    """Import what bots need, and freeze it: garbage collection would unshare its pages."""
    gc.disable()
    for name in PRELOADED:
        import_module(name)
    for room in ("telegram", "index"):
        import_module(f"personal_bot.{room}.models").build_models()
    import_module("personal_bot.forking.warmup").warm_up()
    find_allowed_paths()
    return_memory()
    _fill_gaps()
    gc.freeze()
    if (threads := len(os.listdir("/proc/self/task"))) > 1:  # noqa: PTH208
        logger.error("A forked bot would lose %d threads of its libraries", threads - 1)


def read_settings(path: Path) -> None:
    """Cache the settings of all bots for the next fork. Bots report invalid settings themselves."""
    try:
        load_settings(path)
    except StartError:
        logger.debug("The bots' settings are invalid")


def _fill_gaps() -> None:
    """Fill the free blocks between live objects, so that bots allocate objects on their own pages.

    Otherwise a bot's few objects are allocated in gaps all over the heap, and each unshares its
    page: 3 MB per bot, against 5 MB once.
    """
    empty = sys.getsizeof(b"")
    for size in _BLOCK_BYTES:
        needed = _POOL_BYTES // size - 2  # adjacent blocks that show an unused pool
        in_row, last = 0, 0
        while in_row < needed:
            plug = bytes(size - empty)
            in_row = in_row + 1 if id(plug) - last == size else 0
            last = id(plug)
            _PLUGS.append(plug)
