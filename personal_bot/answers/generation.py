"""Requests to the chat model: answer from passages, and rewrite follow-ups."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from haystack import Pipeline, component
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from personal_bot.answers import prompts
from personal_bot.answers.references import Reference
from personal_bot.errors import OpenAITimeoutError
from personal_bot.index.errors import translated_errors
from personal_bot.openai.client import ANSWERING, REWRITING, Connection, RetryPolicy
from personal_bot.openai.reasoning import drop_unopened

LONGEST_ANSWER = 600.0  # seconds; a service that keeps a stream open without a word is given up

OnText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Reply:
    """A reply of the model. `finish_reason` is OpenAI's value: "stop" if the text is complete."""

    text: str
    finish_reason: str


class Generator:
    """Sends requests to the chat model of one bot. All methods may raise OpenAIError."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def answer(
        self,
        passages: Sequence[prompts.PromptPassage],
        history: Sequence[tuple[str, str]],
        question: str,
        question_in_full: str,
        on_text: OnText,
        *,
        reference: Reference | None = None,
    ) -> Reply:
        """Answer from passages; `on_text` receives the text so far whenever it has grown."""
        stream = _Stream()

        # Not a method: a pipeline deep-copies its inputs, and a bound method includes its object.
        async def receive(chunk: StreamingChunk) -> None:
            if stream.take(chunk):
                await on_text(stream.text)

        pipeline = Pipeline()
        pipeline.add_component("prompt", AnswerPrompt())
        pipeline.add_component("generator", self._make_generator(ANSWERING))
        pipeline.connect("prompt.messages", "generator.messages")
        prompt = {
            "passages": list(passages),
            "history": list(history),
            "question": question,
            "question_in_full": question_in_full,
            "reference": reference,
        }
        with translated_errors():
            try:
                async with asyncio.timeout(LONGEST_ANSWER):
                    await pipeline.run_async(
                        {"prompt": prompt, "generator": {"streaming_callback": receive}}
                    )
            except TimeoutError:
                error = OpenAITimeoutError("an endless answer")
                raise self._connection.models.chat.name_in(error) from None
        return Reply(stream.text, stream.finish_reason)

    async def complete(self, instructions: str, message: str) -> str:
        """Return the reply to one message, without streaming."""
        messages = [ChatMessage.from_system(instructions), ChatMessage.from_user(message)]
        with translated_errors():
            result = await self._make_generator(REWRITING).run_async(messages)
        return result["replies"][0].text or ""

    def _make_generator(self, policy: RetryPolicy) -> OpenAIChatGenerator:
        models = self._connection.models
        generator = OpenAIChatGenerator(
            Secret.from_token(models.openai_key), model=models.chat_model
        )
        generator.async_client = self._connection.completions(policy)
        return generator


@component
class AnswerPrompt:
    """Build the messages for the model from passages, history and the question."""

    @component.output_types(messages=list[ChatMessage])
    def run(
        self,
        passages: list[prompts.PromptPassage],
        history: list[tuple[str, str]],
        question: str,
        question_in_full: str,
        reference: Reference | None = None,
    ) -> dict[str, list[ChatMessage]]:
        turns: Sequence[ChatMessage] = [
            message
            for asked, answered in history
            for message in (ChatMessage.from_user(asked), ChatMessage.from_assistant(answered))
        ]
        return {
            "messages": [
                ChatMessage.from_system(prompts.instruct(prompts.ANSWER_INSTRUCTIONS, reference)),
                *turns,
                ChatMessage.from_user(prompts.ask(passages, question, question_in_full, reference)),
            ]
        }


@dataclass
class _Stream:
    """Collects the chunks of one streamed answer."""

    finish_reason: str = ""
    _received: str = ""

    @property
    def text(self) -> str:
        return drop_unopened(self._received)

    def take(self, chunk: StreamingChunk) -> bool:
        """Add a chunk; return whether the text has grown."""
        self.finish_reason = chunk.meta.get("finish_reason") or self.finish_reason
        self._received += chunk.content
        return bool(chunk.content)
