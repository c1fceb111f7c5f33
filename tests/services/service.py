"""What a service with OpenAI's API does its own way, as `played/*.toml` describe it.

Each file quotes bodies as they are documented or were reported, each with its source. What no
source tells is left as OpenAI does it, and nothing is claimed about it.
"""

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from personal_bot.contract.service_errors import ServiceCondition

FOLDER = Path(__file__).parent / "played"


@dataclass(frozen=True)
class Refusal:
    """An error response, or an error event within a stream if `status` is None.

    `of` names what is refused: a parameter, also with its value as in `encoding_format=base64`;
    "inputs" or "tokens" above a limit; "alternation" of roles; the endpoint "embeddings". Others
    are given only on demand.
    """

    condition: ServiceCondition
    body: str
    source: str
    status: int | None = None
    of: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def decode(self) -> Any:
        """Return the JSON of the body, or its text if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return self.body


class Thinking(StrEnum):
    """Where a reasoning model writes what it thinks."""

    NOWHERE = ""
    REASONING_CONTENT = "reasoning_content"
    REASONING = "reasoning"
    TAGS = "<think>"


@dataclass(frozen=True)
class Chat:
    """The ways of /chat/completions; `before` and `after` are chunks around those of the text.

    An empty `finish_reason` is sent as null.
    """

    model: str
    source: str
    comment: str = ""  # sent before the first chunk
    thinking: Thinking = Thinking.NOWHERE
    before: str = ""
    after: str = ""
    finish_reason: str = "stop"
    finish_with_text: bool = False  # the reason comes with the last text, not in its own chunk
    usage: bool = False  # sent although it was not asked for
    done: bool = True  # ends with [DONE]


@dataclass(frozen=True)
class Embeddings:
    """The ways of /embeddings; `inputs` and `tokens` are the most of one request."""

    model: str
    length: int  # of the model's vectors
    source: str
    shortens: bool = False  # obeys `dimensions`, which is ignored otherwise
    packs: bool = True  # obeys `encoding_format=base64`; otherwise sends numbers all the same
    empties: bool = False  # answers `encoding_format=base64` with no data at all
    usage: bool = True
    ordered: bool = True  # `data` in the order of the inputs
    inputs: int = 2048
    tokens: int = 300_000


@dataclass(frozen=True)
class Service:
    """One service. `key_form` describes `key`; without `keyless`, every other key is refused."""

    name: str
    base_path: str
    key: str
    key_form: str
    documentation: str
    chat: Chat | None = None
    embeddings: Embeddings | None = None
    refusals: tuple[Refusal, ...] = ()
    keyless: bool = False

    def find(self, condition: ServiceCondition) -> Refusal | None:
        """Return the refusal for a condition, unless it comes within a stream."""
        found = (one for one in self.refusals if one.condition is condition and not one.of)
        return next((one for one in found if one.status is not None), None)

    def find_of(self, name: str) -> Refusal | None:
        """Return the refusal of what is named so."""
        return next((one for one in self.refusals if one.of == name), None)


@cache
def load_services() -> tuple[Service, ...]:
    """Return all services, ordered by name."""
    found = (_load(path) for path in FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda service: service.name.casefold()))


def find_service(name: str) -> Service:
    return next(service for service in load_services() if service.name == name)


def _load(path: Path) -> Service:
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    chat, embeddings = table.pop("chat", None), table.pop("embeddings", None)
    refusals = table.pop("refusals", [])
    return Service(
        **table,
        chat=_make_chat(chat) if chat else None,
        embeddings=Embeddings(**embeddings) if embeddings else None,
        refusals=tuple(
            Refusal(**{**one, "condition": ServiceCondition(one["condition"])}) for one in refusals
        ),
    )


def _make_chat(table: dict[str, Any]) -> Chat:
    assert set(table) <= {one.name for one in fields(Chat)}
    return Chat(**{**table, "thinking": Thinking(table.get("thinking", ""))})
