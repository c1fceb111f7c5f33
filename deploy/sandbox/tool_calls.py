"""The tool calls of the stand-in for a chat model: it searches once if no passage fits."""

import json
import secrets
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.chat_requests import Tool, Toolbox
from deploy.sandbox.completions import needs_search
from deploy.sandbox.conversations import Inquiry
from deploy.sandbox.words import find_salient_words


@dataclass(frozen=True)
class ToolCall:
    """A call; `arguments` is JSON. `is_forced` if the request named this tool."""

    name: str
    arguments: str
    is_forced: bool = False
    call_id: str = field(default_factory=lambda: f"call_{secrets.token_hex(12)}")


def choose_call(inquiry: Inquiry, toolbox: Toolbox) -> ToolCall | None:
    """Return the call that the request demands, or a search if the passages do not fit."""
    search = next((tool for tool in toolbox.tools if "search" in tool.name.lower()), None)
    match toolbox.choice:
        case "none":
            return None
        case "auto":
            wanted = search if needs_search(inquiry) and not inquiry.has_tool_results else None
        case "required":
            wanted = search or toolbox.tools[0]
        case name:
            wanted = toolbox.find(name)
    if wanted is None:
        return None
    arguments = json.dumps(_fill(wanted, inquiry), ensure_ascii=False)
    is_forced = toolbox.choice not in {"auto", "required"}
    return ToolCall(wanted.name, arguments, is_forced)


def _fill(tool: Tool, inquiry: Inquiry) -> dict[str, Any]:
    """Return a value for each required parameter: texts are the words to search for."""
    properties = tool.parameters.get("properties") or {}
    required = tool.parameters.get("required") or list(properties)[:1]
    words = " ".join(find_salient_words(inquiry.question)) or inquiry.question
    return {name: _choose_value(properties.get(name) or {}, words) for name in required}


def _choose_value(schema: dict[str, Any], words: str) -> Any:
    if "default" in schema:
        return schema["default"]
    if schema.get("enum"):
        return schema["enum"][0]
    if schema.get("type") == "array":
        return [_choose_value(schema.get("items") or {}, words)]
    least = schema.get("minimum", 1)
    plain = {"integer": least, "number": least, "boolean": False, "object": {}}
    return plain.get(str(schema.get("type")), words)
