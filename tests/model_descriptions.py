"""Describe each of a package's models: its fields, its schema, what it makes of sample data.

    python -P -m tests.model_descriptions aiogram|qdrant_client plain|deferred

Prints a JSON object, with a list of lines for the name of each model.
"""

import enum
import json
import re
import sys
import types
import typing
from collections.abc import Iterator
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ValidationError

SAMPLES = {"aiogram": ((0, False), (-1, True)), "qdrant_client": ()}
"""Arguments of `make_sample`: choice and whole."""
DEPTH = 3
_MODULES = {
    "aiogram": ("aiogram.types.", "aiogram.methods."),
    "qdrant_client": ("qdrant_client.http.models.",),
}
_ERROR = ValueError("of a sample")


def find_models(package: str) -> list[type[BaseModel]]:
    """Return all models of the package's API, in the order of their names."""
    models = {f"{cls.__module__}.{cls.__qualname__}": cls for cls in _find_subclasses(BaseModel)}
    return [
        cls
        for name, cls in sorted(models.items())
        if name.startswith(_MODULES[package]) and "[" not in name  # no parametrized one
    ]


def _find_subclasses(cls: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for subclass in cls.__subclasses__():
        yield subclass
        yield from _find_subclasses(subclass)


def describe(cls: type[BaseModel]) -> list[str]:
    """Use the model, and return a line for each sample, for its fields and for its schema."""
    samples = SAMPLES[cls.__module__.partition(".")[0]]
    uses = [_use(cls, make_sample(cls, choice, whole=whole)) for choice, whole in samples]
    fields = {
        name: (field.annotation, field.alias, field.default)
        for name, field in cls.model_fields.items()
    }
    lines = (*uses, str(fields), json.dumps(_own_part(cls), sort_keys=True))
    return [re.sub(r"(?<=:)\d{6,}|0x[0-9a-f]+", "", line) for line in lines]  # no addresses


def make_sample(
    cls: type[BaseModel], choice: int, depth: int = 0, *, whole: bool = False
) -> dict[str, Any]:
    """Return valid data: all fields if it is `whole`, otherwise what is required.

    `choice` is the index of the type that is chosen from a union.
    """
    return {
        field.alias or name: _make_value(field.annotation, choice, depth + 1)
        for name, field in cls.model_fields.items()
        if whole or field.is_required() or typing.get_origin(field.annotation) is typing.Literal
    }


def _make_value(kind: Any, choice: int, depth: int) -> Any:
    kind = getattr(kind, "__value__", kind)  # of a TypeAliasType
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        return _make_value(inner[0], choice, depth)
    if origin in {typing.Union, types.UnionType}:
        some = [member for member in inner if member is not types.NoneType]
        return _make_value(some[choice if depth < DEPTH else 0], choice, depth)
    if origin is typing.Literal:
        return inner[0]
    if origin is list:
        return [_make_value(inner[0], choice, depth + 1)] if depth < DEPTH else []
    if not isinstance(kind, type):
        return "text"
    if issubclass(kind, BaseModel):
        return make_sample(kind, choice, depth)
    if issubclass(kind, enum.Enum):
        return next(iter(kind)).value
    files = import_module("aiogram.types.input_file")
    if issubclass(kind, files.InputFile):
        return files.BufferedInputFile(b"content", "name")
    if issubclass(kind, import_module("aiogram.client.default").Default):
        return kind("parse_mode")
    return {bool: True, int: 1, float: 0.5, datetime: 0, timedelta: 1, Exception: _ERROR}.get(
        kind, "text"
    )


def _use(cls: type[BaseModel], sample: dict[str, Any]) -> str:
    """Parse the sample, then dump it as objects and as JSON."""
    try:
        found = cls.model_validate(sample)
    except ValidationError as error:
        return f"{sample} has {error.error_count()} errors: {error.errors()[0]['msg']}"
    except TypeError as error:  # an abstract method
        return str(error)
    return f"{found!r} = {found.model_dump()} = {found.model_dump_json(fallback=str)}"


def _own_part(cls: type[BaseModel]) -> Any:
    """Return the core schema of a model, in which other models are only named."""
    schema: Any = cls.__pydantic_core_schema__
    if schema["type"] == "definitions":
        schema = next(
            part for part in (schema["schema"], *schema["definitions"]) if part.get("cls") is cls
        )
    return {name: _name_models(part) for name, part in schema.items()}


def _name_models(part: Any) -> Any:
    if isinstance(part, dict):
        if part.get("type") == "definition-ref":
            return part["schema_ref"]
        if part.get("type") == "model":
            return part["ref"]
        return {str(name): _name_models(inner) for name, inner in part.items()}
    if isinstance(part, list | tuple):
        return [_name_models(inner) for inner in part]
    return str(part)


def main(package: str, way: str) -> None:
    if way == "plain":
        import_module(package)
    room = import_module({"aiogram": "personal_bot.bot_api"}.get(package, "personal_bot.index"))
    assert room.DEFERRED is (way == "deferred")
    models = find_models(package)
    built = sum(cls.__pydantic_complete__ for cls in models)
    assert built > 0.9 * len(models) if way == "plain" else built <= 3, built
    json.dump({cls.__name__: describe(cls) for cls in models}, sys.stdout, indent=1)


if __name__ == "__main__":
    main(*sys.argv[1:])
