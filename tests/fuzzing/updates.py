"""Random updates: valid ones, ones that Telegram may send in future, and invalid ones."""

import copy
import enum
import random
import types
import typing
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from aiogram.types import CallbackQuery, Message
from pydantic import BaseModel

_JUNK: Final = (
    *(None, True, 0, -1, 2**31, 2**63 - 1, 1.5, [], {}, [[]], [None], {"a": {}}, "", "x", "\0"),
    *("\ud800", "\u202e", "<b>", "a\nb", "/start", "/delete", "x" * 5_000, float("inf")),
)
_STRINGS: Final = ("private", "text", "/help", "/docs", "1", "ru", "a.pdf", "file", "x\ny", "<i>")
_DEPTH: Final = 3


def make_update(
    update_id: int, user_id: int, data: Sequence[str], dice: random.Random
) -> dict[str, Any]:
    """Return a mostly valid update from a person; a tap carries changed data from `data`."""
    user = {"id": user_id, "is_bot": False, "first_name": "A", "language_code": "en"}
    message = {
        "message_id": dice.choice((1, 100, 2**31)),
        "date": 0,
        "chat": {"id": user_id, "type": "private"},
        "from": user,
        **_some(Message, dice),
    }
    if dice.random() < 0.5:
        message["text"] = dice.choice(
            ("hello", "/docs", "/status", "/help", "/x", "/language", *_STRINGS)
        )
    update: dict[str, Any] = {"update_id": update_id, "message": message}
    if dice.random() < 0.4:
        tap = {"id": "1", "chat_instance": "1", "from": user, **_some(CallbackQuery, dice)}
        update = {"update_id": update_id, "callback_query": {**tap, "message": message}}
        update["callback_query"]["data"] = _distort(dice.choice(data), dice)
    if dice.random() < 0.5:
        for _ in range(dice.choice((1, 1, 3))):
            _spoil(update, dice)
    update["update_id"] = update_id
    return update


def _distort(data: str, dice: random.Random) -> str:
    """Change one part of a button's data."""
    parts = data.split(":")
    if dice.random() < 0.6:
        place = dice.randrange(len(parts))
        parts[place] = dice.choice(("", "-1", "0", "99999999999999999999", "1e5", "x", "True", "١"))
    return ":".join(parts)[: dice.choice((64, 64, 200))]


def _some(kind: type[BaseModel], dice: random.Random, depth: int = 0) -> dict[str, Any]:
    """Return random fields of a Telegram type, including all required ones if it is nested."""
    fields = {}
    for name, field in kind.model_fields.items():
        chance = 0.04 if depth == 0 else 0.3
        if (field.is_required() and depth) or dice.random() < chance:
            fields[field.alias or name] = _value(field.annotation, dice, depth)
    return fields


def _value(kind: Any, dice: random.Random, depth: int) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in {typing.Union, types.UnionType}:
        return _value(dice.choice(inner), dice, depth)
    if origin is typing.Literal:
        return dice.choice(inner)
    if origin is list:
        return [_value(inner[0], dice, depth) for _ in range(dice.randrange(3))]
    if isinstance(kind, type):
        if issubclass(kind, BaseModel):
            return _some(kind, dice, depth + 1) if depth < _DEPTH else {}
        if issubclass(kind, enum.Enum):
            return dice.choice([*kind]).value
        simple = {bool: True, int: dice.choice((0, 1, 7, 2**40)), float: 0.5, datetime: 0}
        if kind in simple:
            return simple[kind]
    return dice.choice(_STRINGS)


def _spoil(node: Any, dice: random.Random) -> None:
    """Replace or remove one value of an update, at any depth."""
    while isinstance(node, dict | list) and node:
        key = dice.choice([*node]) if isinstance(node, dict) else dice.randrange(len(node))
        if isinstance(node[key], dict | list) and node[key] and dice.random() < 0.7:
            node = node[key]
        elif isinstance(node, dict) and dice.random() < 0.3:
            del node[key]
            return
        else:
            node[key] = copy.deepcopy(dice.choice(_JUNK))
            return
