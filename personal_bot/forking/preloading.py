"""What the fork server does before the first fork, so that bots share its outcome."""

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
    "personal_bot.documents.library",
)
"""Modules that a bot imports sooner or later, each with all that it imports itself."""

_PLUGS: list[bytes] = []
_POOL_BYTES = 16_384  # CPython's Objects/obmalloc.c, POOL_SIZE since 3.10
_BLOCK_BYTES = range(48, 513, 16)  # sizes that obmalloc serves, as far as bytes have them


def preload() -> None:
    """Import what bots need, and set it apart from garbage collection, which would unshare it."""
    gc.disable()
    for name in PRELOADED:
        import_module(name)
    import_module("personal_bot.forking.warmup").warm_up()
    find_allowed_paths()
    return_memory()
    _fill_gaps()
    gc.freeze()
    if (threads := len(os.listdir("/proc/self/task"))) > 1:  # noqa: PTH208
        logger.error("A bot forked now would lose %d threads of its libraries", threads - 1)


def read_settings(path: Path) -> None:
    """Have the settings of all bots at hand for the next. A bot itself says what is wrong there."""
    try:
        load_settings(path)
    except StartError:
        logger.debug("The settings of bots are not valid")


def _fill_gaps() -> None:
    """Fill the free places between living objects, so that bots put theirs onto pages of their own.

    Otherwise the few objects of a bot go into gaps all over the heap, and each unshares its page:
    3 MB a bot, against 5 MB once.
    """
    empty = sys.getsizeof(b"")
    for size in _BLOCK_BYTES:
        needed = _POOL_BYTES // size - 2  # places in a row that are a pool nobody has used
        in_row, last = 0, 0
        while in_row < needed:
            plug = bytes(size - empty)
            in_row = in_row + 1 if id(plug) - last == size else 0
            last = id(plug)
            _PLUGS.append(plug)
