"""Checks of chat requests: options, messages and tools, refused in OpenAI's words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from deploy.sandbox.errors import OpenAIError

_TOOL_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")


@dataclass(frozen=True)
class Tool:
    """A function that the model may call; `parameters` is a JSON schema."""

    name: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Toolbox:
    """The tools of a request; `choice` is auto, none, required or the name of the one to call."""

    tools: list[Tool] = field(default_factory=list)
    choice: str = "none"

    def find(self, name: str) -> Tool | None:
        return next((tool for tool in self.tools if tool.name == name), None)


def check_options(body: dict[str, Any], model: str) -> None:
    """Reject the options that reasoning models reject. Raises OpenAIError."""
    if not _reasons(model):
        return
    if body.get("max_tokens") is not None:
        raise OpenAIError(
            400,
            "Unsupported parameter: 'max_tokens' is not supported with this model. "
            "Use 'max_completion_tokens' instead.",
            code="unsupported_parameter",
            param="max_tokens",
        )
    if body.get("temperature") not in {None, 1}:
        raise OpenAIError(
            400,
            f"Unsupported value: 'temperature' does not support {body['temperature']} with this "
            "model. Only the default (1) value is supported.",
            code="unsupported_value",
            param="temperature",
        )


def _reasons(model: str) -> bool:
    family = model.partition("-")[0] + "-" + model.partition("-")[2][:1]
    return "chat" not in model and (model[0] == "o" or family in {"gpt-5", "gpt-6"})


def read_messages(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the messages of a request. Raises OpenAIError."""
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise OpenAIError(400, "Missing required parameter: 'messages'.", param="messages")
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise _missing(f"messages[{number}].role")
    _check_tool_calls(messages)
    return messages


def read_tools(body: dict[str, Any]) -> Toolbox:
    """Return the tools of a request and which of them to call. Raises OpenAIError."""
    given, choice = body.get("tools"), body.get("tool_choice")
    if not given:
        if choice not in {None, "none"}:
            raise OpenAIError(
                400,
                "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are "
                "specified.",
                param="tool_choice",
            )
        return Toolbox()
    tools = list(_read_each_tool(given))
    if isinstance(choice, dict):
        choice = str((choice.get("function") or {}).get("name"))
        if choice not in {tool.name for tool in tools}:
            raise OpenAIError(
                400, f"Tool choice '{choice}' not found in 'tools' parameter.", param="tool_choice"
            )
    return Toolbox(tools, choice or "auto")


def _read_each_tool(given: Any) -> Iterator[Tool]:
    for number, tool in enumerate(given if isinstance(given, list) else [given]):
        function = tool.get("function") if isinstance(tool, dict) else None
        if not isinstance(function, dict):
            raise _missing(f"tools[{number}].function")
        name = function.get("name")
        if not isinstance(name, str):
            raise _missing(f"tools[{number}].function.name")
        if not _TOOL_NAME.fullmatch(name):
            place = f"tools[{number}].function.name"
            raise OpenAIError(
                400,
                f"Invalid '{place}': string does not match pattern. Expected a string that matches "
                "the pattern '^[a-zA-Z0-9_-]+$'.",
                code="invalid_value",
                param=place,
            )
        yield Tool(name, function.get("parameters") or {})


def _check_tool_calls(messages: list[dict[str, Any]]) -> None:
    """Check that each tool call has its result, directly behind it."""
    open_calls: list[str] = []
    for number, message in enumerate(messages):
        if message["role"] == "tool":
            if message.get("tool_call_id") not in open_calls:
                raise OpenAIError(
                    400,
                    "Invalid parameter: messages with role 'tool' must be a response to a "
                    "preceeding message with 'tool_calls'.",  # as OpenAI spells it
                    param=f"messages.[{number}].role",
                )
            open_calls.remove(message["tool_call_id"])
            continue
        if open_calls:
            break
        open_calls = [str(call.get("id")) for call in message.get("tool_calls") or []]
    if open_calls:
        raise OpenAIError(
            400,
            "An assistant message with 'tool_calls' must be followed by tool messages responding "
            "to each 'tool_call_id'. The following tool_call_ids did not have response messages: "
            f"{', '.join(open_calls)}",
            param="messages",
        )


def _missing(place: str) -> OpenAIError:
    return OpenAIError(400, f"Missing required parameter: '{place}'.", param=place)
