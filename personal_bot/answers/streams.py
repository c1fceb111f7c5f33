"""The text of an answer while it is streamed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from haystack.dataclasses import StreamingChunk

from personal_bot.openai.reasoning import drop_unopened

OnText = Callable[[str], Awaitable[None]]


@dataclass(frozen=True)
class Reply:
    """A reply of the model. `finish_reason` is OpenAI's value: "stop" if the text is complete."""

    text: str
    finish_reason: str


@dataclass
class Stream:
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

    def clear(self) -> None:
        """Begin a new answer."""
        self._received, self.finish_reason = "", ""
