"""Puts tool calls together from the pieces of a stream, in the form that OpenAI gives them."""

import json
from collections.abc import Iterable, Mapping
from typing import Any


class ToolCalls:
    """The calls of one answer. Some services leave out index or id, or send arguments as JSON."""

    def __init__(self) -> None:
        self._calls: dict[int, dict[str, str]] = {}

    def take(self, pieces: Iterable[Mapping[str, Any]]) -> None:
        """Add the pieces of a delta."""
        for piece in pieces:
            function = piece.get("function") or {}
            call = self._find(piece, function)
            call["id"] = piece.get("id") or call["id"]
            call["name"] += function.get("name") or ""
            arguments = function.get("arguments") or ""
            call["arguments"] += arguments if isinstance(arguments, str) else json.dumps(arguments)

    def finish(self) -> list[dict[str, Any]]:
        """Return the complete calls. Arguments that are no JSON object are left out."""
        return [
            {
                "index": number,
                "id": call["id"] or f"call_{number}",
                "type": "function",
                "function": {"name": call["name"].strip(), "arguments": _clean(call["arguments"])},
            }
            for number, call in enumerate(self._calls.values())
        ]

    def _find(self, piece: Mapping[str, Any], function: Mapping[str, Any]) -> dict[str, str]:
        index = piece.get("index")
        if not isinstance(index, int):
            last = max(self._calls, default=-1)
            is_new = last < 0 or (function.get("name") and self._calls[last]["name"])
            index = last + 1 if is_new else last
        return self._calls.setdefault(index, {"id": "", "name": "", "arguments": ""})


def _clean(arguments: str) -> str:
    try:
        parsed = json.loads(arguments or "{}")
    except ValueError:
        return "{}"
    return json.dumps(parsed, ensure_ascii=False) if isinstance(parsed, dict) else "{}"
