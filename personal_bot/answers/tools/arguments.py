"""The arguments of tools: their JSON schemas, and the checks of what a model gives."""

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

LONGEST_ARGUMENT = 1_000  # characters


class ArgumentError(Exception):
    """The model gave an argument that is missing or wrong. The message is for the model."""


class Function(NamedTuple):
    """A tool with the JSON schemas of its parameters, and the names of those that it needs."""

    name: str
    function: Callable[..., Awaitable[str]]
    properties: dict[str, Any]
    needed: list[str]

    def check(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments that the tool knows, in their types. Raises ArgumentError."""
        checked = {
            name: _check(name, schema, arguments[name])
            for name, schema in self.properties.items()
            if arguments.get(name) is not None
        }
        if missing := [name for name in self.needed if name not in checked]:
            raise ArgumentError(f"{self.name} needs {' and '.join(missing)}.")
        return checked


def text(description: str, most: int = LONGEST_ARGUMENT) -> dict[str, Any]:
    return {"type": "string", "maxLength": most, "description": description}


def texts(description: str, most: int = 4) -> dict[str, Any]:
    items = {"type": "string", "maxLength": LONGEST_ARGUMENT}
    return {"type": "array", "items": items, "maxItems": most, "description": description}


def number(description: str) -> dict[str, Any]:
    return {"type": "integer", "description": description}


def document() -> dict[str, Any]:
    return text("The name of one document, as it is listed.")


def _check(name: str, schema: dict[str, Any], value: Any) -> Any:
    """Return an argument in the type of its schema. Raises ArgumentError."""
    kind = schema["type"]
    if kind == "integer":
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise ArgumentError(f"{name} must be a whole number.")
        try:
            return int(value)
        except (ValueError, OverflowError):
            raise ArgumentError(f"{name} must be a whole number.") from None
    if kind == "array":
        values = value if isinstance(value, list) else [value]
        return [_check(name, schema["items"], item) for item in values[: schema["maxItems"]]]
    if not isinstance(value, str):
        raise ArgumentError(f"{name} must be a text.")
    if len(value) > schema["maxLength"]:
        raise ArgumentError(f"{name} is too long: at most {schema['maxLength']} characters.")
    return value
