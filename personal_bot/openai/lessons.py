"""What a bot has learnt about each service and model from refused requests.

The lessons are kept in a file, so that no request is refused again after a restart. They are
forgotten after a month, because services change.
"""

import asyncio
import json
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from personal_bot.contract import write_private
from personal_bot.openai.errors import Target

logger = logging.getLogger(__name__)

KEPT = 30 * 24 * 3600.0  # seconds
FIRST_BATCH = 64  # texts


@dataclass(frozen=True)
class Lessons:
    """What is known about one model of one service.

    `refused` are parameters, see `contract.service_errors.PARAMETERS`, and roles. `batch` is the
    number of texts to embed in one request, `passages` the number of passages in one prompt, None
    without limit. `input_type` is True if embeddings have to say what they are for.
    `hidden_reasoning` is True if an answer begins with reasoning that only ends with
    a mark.
    """

    refused: frozenset[str] = frozenset()
    batch: int = FIRST_BATCH
    passages: int | None = None
    input_type: bool = False
    hidden_reasoning: bool = False


@dataclass
class _Entry:
    lessons: Lessons = field(default_factory=Lessons)
    learnt_at: float = 0.0  # Unix time


class Notebook:
    """Keeps the lessons about all services of one bot; `path` is None in tests."""

    def __init__(self, path: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self._path = path
        self._clock = clock
        self._entries = _read(path, clock()) if path else {}

    def recall(self, target: Target) -> Lessons:
        entry = self._entries.get(_name(target))
        return entry.lessons if entry else Lessons()

    async def learn(self, target: Target, **changes: Any) -> None:
        """Change the lessons about a model, and write the file if they are new."""
        known = self.recall(target)
        lessons = replace(known, **changes)
        if lessons == known:
            return
        logger.info("Learnt about %s at %s: %s", target.model, target.service, _describe(changes))
        self._entries[_name(target)] = _Entry(lessons, self._clock())
        if self._path is not None:
            content = _dump(self._entries)
            try:
                await asyncio.to_thread(write_private, self._path, content)
            except OSError as error:  # a full disk; it will be learnt again after a restart
                logger.warning("Cannot keep what was learnt: %s", error.strerror)

    async def refuse(self, target: Target, parameter: str) -> None:
        """Learn that a parameter or a role is refused."""
        await self.learn(target, refused=self.recall(target).refused | {parameter})


def _name(target: Target) -> str:
    return f"{target.base_url} {target.model}"


def _describe(changes: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name} {' '.join(sorted(value)) if isinstance(value, frozenset) else value}"
        for name, value in changes.items()
    )


def _dump(entries: Mapping[str, _Entry]) -> bytes:
    return json.dumps(
        {name: asdict(entry) for name, entry in entries.items()}, default=list
    ).encode()


def _read(path: Path, now: float) -> dict[str, _Entry]:
    try:
        content = json.loads(path.read_bytes())
        entries = {
            name: _Entry(_load(entry["lessons"]), entry["learnt_at"])
            for name, entry in content.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        logger.warning("Cannot read what was learnt, learning it again: %s", type(error).__name__)
        return {}
    return {name: entry for name, entry in entries.items() if now - entry.learnt_at < KEPT}


def _load(values: dict[str, Any]) -> Lessons:
    return Lessons(**{**values, "refused": frozenset(values["refused"])})
