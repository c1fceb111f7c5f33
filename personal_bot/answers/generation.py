"""Requests to the chat model: answer from passages, and rewrite follow-ups."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from personal_bot.answers.agent import look_up_and_answer
from personal_bot.answers.streams import OnText, Reply, Stream
from personal_bot.answers.tools.toolbox import Toolbox
from personal_bot.errors import OpenAITimeoutError
from personal_bot.index.errors import translated_errors
from personal_bot.openai.client import ANSWERING, REWRITING, Connection, RetryPolicy

LONGEST_ANSWER = 600.0  # seconds; a service that keeps a stream open without a word is given up


class Generator:
    """Sends requests to the chat model of one bot. All methods may raise OpenAIError."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def answer(self, messages: Sequence[ChatMessage], on_text: OnText) -> Reply:
        """Answer without tools; `on_text` receives the text so far whenever it has grown."""
        stream = Stream()

        async def receive(chunk: StreamingChunk) -> None:
            if stream.take(chunk):
                await on_text(stream.text)

        async with self._limited():
            await self._make_generator(ANSWERING).run_async(
                list(messages), streaming_callback=receive
            )
        return Reply(stream.text, stream.finish_reason)

    async def look_up(
        self,
        messages: Sequence[ChatMessage],
        toolbox: Toolbox,
        rounds: int,
        *,
        on_text: OnText,
        check: Callable[[], Awaitable[None]],
    ) -> Reply:
        """Answer with tools, see `agent`. Raises ToolsRefusedError and StoreError, too."""
        generator = self._make_generator(ANSWERING)
        async with self._limited():
            return await look_up_and_answer(
                generator, messages, toolbox, rounds, on_text=on_text, check=check
            )

    async def correct(self, messages: Sequence[ChatMessage], answer: str, request: str) -> Reply:
        """Return an answer that was corrected as `request` says; `messages` asked for it."""
        asked = [*messages, ChatMessage.from_assistant(answer), ChatMessage.from_user(request)]
        async with self._limited():
            return await self._request(asked, ANSWERING)

    async def complete(
        self, instructions: str, message: str, policy: RetryPolicy = REWRITING
    ) -> Reply:
        """Return the reply to one message, without streaming."""
        with translated_errors():
            return await self._request(make_messages(instructions, [], message), policy)

    async def _request(self, messages: list[ChatMessage], policy: RetryPolicy) -> Reply:
        result = await self._make_generator(policy).run_async(messages)
        [reply] = result["replies"]
        return Reply(reply.text or "", reply.meta["finish_reason"])

    @asynccontextmanager
    async def _limited(self) -> AsyncIterator[None]:
        """Limit the time of an answer, and translate errors."""
        with translated_errors():
            try:
                async with asyncio.timeout(LONGEST_ANSWER):
                    yield
            except TimeoutError:
                error = OpenAITimeoutError("an endless answer")
                raise self._connection.models.chat.name_in(error) from None

    def _make_generator(self, policy: RetryPolicy) -> OpenAIChatGenerator:
        models = self._connection.models
        generator = OpenAIChatGenerator(
            Secret.from_token(models.openai_key), model=models.chat_model
        )
        generator.async_client = self._connection.completions(policy)
        return generator


def make_messages(
    instructions: str, history: Sequence[tuple[str, str]], last: str
) -> list[ChatMessage]:
    """Return the messages for the model: instructions, the history, and the last message."""
    turns = [
        message
        for asked, answered in history
        for message in (ChatMessage.from_user(asked), ChatMessage.from_assistant(answered))
    ]
    return [ChatMessage.from_system(instructions), *turns, ChatMessage.from_user(last)]
