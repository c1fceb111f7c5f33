"""What the chat model is asked: answers from passages, and follow-ups put in full."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from haystack import Pipeline, component
from haystack.components.generators.chat import OpenAIChatGenerator
from haystack.dataclasses import ChatMessage, StreamingChunk
from haystack.utils import Secret

from personal_bot.answers import prompts
from personal_bot.errors import OpenAIUnreachableError
from personal_bot.index.errors import translated_errors
from personal_bot.openai.client import ANSWERING, REWRITING, Connection, Patience

OnText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Reply:
    """What a model said. `finish_reason` is OpenAI's word: "stop" where it came to its end."""

    text: str
    finish_reason: str


class Generator:
    """Speaks with the chat model of one bot. Every method raises OpenAIError."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def answer(
        self,
        passages: Sequence[prompts.PromptPassage],
        history: Sequence[tuple[str, str]],
        question: str,
        question_in_full: str,
        on_text: OnText,
    ) -> Reply:
        """Let the model answer from passages; `on_text` gets the text so far, as it grows."""
        stream = _Stream()

        # A function, because a pipeline copies its inputs, and with a method what it belongs to.
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
        }
        with translated_errors():
            await pipeline.run_async(
                {"prompt": prompt, "generator": {"streaming_callback": receive}}
            )
        if stream.finish_reason is None:
            # A stream that was cut ends like any other, but for its missing last word.
            raise OpenAIUnreachableError("cut")
        return Reply(stream.text, stream.finish_reason)

    async def complete(self, instructions: str, message: str) -> str:
        """Let the model answer one message, without streaming."""
        messages = [ChatMessage.from_system(instructions), ChatMessage.from_user(message)]
        with translated_errors():
            result = await self._make_generator(REWRITING).run_async(messages)
        return result["replies"][0].text or ""

    def _make_generator(self, patience: Patience) -> OpenAIChatGenerator:
        # No parameters beyond the model: newer ones refuse `temperature` and `max_tokens`.
        models = self._connection.models
        generator = OpenAIChatGenerator(
            Secret.from_token(models.openai_key), model=models.chat_model
        )
        generator.async_client = self._connection.with_patience(patience)
        return generator


@component
class AnswerPrompt:
    """Passages, remembered exchanges and the question → messages for the model."""

    @component.output_types(messages=list[ChatMessage])
    def run(
        self,
        passages: list[prompts.PromptPassage],
        history: list[tuple[str, str]],
        question: str,
        question_in_full: str,
    ) -> dict[str, list[ChatMessage]]:
        turns: Sequence[ChatMessage] = [
            message
            for asked, answered in history
            for message in (ChatMessage.from_user(asked), ChatMessage.from_assistant(answered))
        ]
        return {
            "messages": [
                ChatMessage.from_system(prompts.ANSWER_INSTRUCTIONS),
                *turns,
                ChatMessage.from_user(prompts.ask(passages, question, question_in_full)),
            ]
        }


@dataclass
class _Stream:
    """Collects the pieces of one answer."""

    text: str = ""
    finish_reason: str | None = None

    def take(self, chunk: StreamingChunk) -> bool:
        """Tell whether the text has grown."""
        self.finish_reason = chunk.meta.get("finish_reason") or self.finish_reason
        self.text += chunk.content
        return bool(chunk.content)
