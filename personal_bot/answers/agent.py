"""Lets the chat model look things up with tools until it answers."""

import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

from haystack.components.agents import Agent
from haystack.components.agents.state.state import State
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, StreamingChunk

from personal_bot.answers.streams import OnText, Reply, Stream
from personal_bot.answers.tools.toolbox import SPENT, Toolbox
from personal_bot.errors import OpenAIError, OpenAIParameterError

logger = logging.getLogger(__name__)

_CALL_AS_TEXT = re.compile(
    r"\s*(?:```\w*\s*)?(?:<\|?tool|\[TOOL_CALLS\]|<function|functools\["
    r"|[\[{]\s*\"(?:name|tool|function|tool_calls?)\"\s*:)"
)


class ToolsRefusedError(Exception):
    """The model cannot use tools, or writes calls as text."""


async def look_up_and_answer(
    generator: OpenAIChatGenerator,
    messages: Sequence[ChatMessage],
    toolbox: Toolbox,
    rounds: int,
    *,
    on_text: OnText,
    check: Callable[[], Awaitable[None]],
) -> Reply:
    """Return the answer of a model that may call tools for `rounds` requests before it.

    `check` is called before each request, and may raise. Raises ToolsRefusedError, OpenAIError,
    StoreError.
    """
    stream = Stream()

    async def receive(chunk: StreamingChunk) -> None:
        if chunk.tool_calls:
            stream.clear()  # what is said before a call is no answer
        elif stream.take(chunk):
            await on_text(stream.text)

    tools = toolbox.make_tools()
    agent = Agent(
        chat_generator=generator,
        tools=tools,
        max_agent_steps=rounds,
        raise_on_tool_invocation_failure=False,
        hooks={"before_llm": [_Before(stream, toolbox, check)]},
    )
    try:
        result = await agent.run_async(list(messages), streaming_callback=receive)
        if result["exit_reason"] == "max_agent_steps":
            stream.clear()
            await check()
            asked = [*result["messages"], ChatMessage.from_user(SPENT)]
            await generator.run_async(
                asked,
                streaming_callback=receive,
                generation_kwargs={"tool_choice": "none"},
                tools=tools,
            )
    except OpenAIError as error:
        if toolbox.steps or not _is_about_tools(error):
            raise
        raise ToolsRefusedError(str(error)) from None
    if toolbox.failure is not None:
        raise toolbox.failure
    if _CALL_AS_TEXT.match(stream.text):
        raise ToolsRefusedError("calls as text")
    return Reply(stream.text, stream.finish_reason)


def _is_about_tools(error: OpenAIError) -> bool:
    """Tell whether a model may answer the same question if it is offered no tools."""
    if isinstance(error, OpenAIParameterError):
        return error.parameter in {"tools", "tool_choice", None}
    return type(error) is OpenAIError


class _Before:
    """What is done before each request to the model: a hook of Haystack's Agent."""

    def __init__(
        self, stream: Stream, toolbox: Toolbox, check: Callable[[], Awaitable[None]]
    ) -> None:
        self._stream = stream
        self._toolbox = toolbox
        self._check = check

    def run(self, state: State) -> None:
        raise NotImplementedError("questions are answered only on the event loop")

    async def run_async(self, state: State) -> None:  # noqa: ARG002 - Haystack names it
        if self._toolbox.failure is not None:
            raise self._toolbox.failure
        self._stream.clear()
        await self._check()

    def to_dict(self) -> dict[str, Any]:
        raise NotImplementedError("an agent is made for one question")

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Self:
        raise NotImplementedError("an agent is made for one question")
