"""Requests completions of a chat model in the way that a service understands."""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
from openai import AsyncOpenAI, AsyncStream
from openai.types.chat import ChatCompletion, ChatCompletionChunk

from personal_bot.openai.errors import Target
from personal_bot.openai.lessons import Notebook
from personal_bot.openai.requests import adapt, send
from personal_bot.openai.streams import ChatStream, read_completion

_STREAMED = {"stream": True, "stream_options": {"include_usage": True}}
_SYSTEM = "system"  # a role that some models refuse

Messages = Sequence[Mapping[str, Any]]


class Completions:
    """Replaces the client in Haystack's chat generator, with the only call that it makes.

    Neither `temperature` nor a limit of tokens is sent: models differ in the values that they take,
    and in the names.
    """

    def __init__(
        self, client: AsyncOpenAI, target: Target, notebook: Notebook, retries: int
    ) -> None:
        self.chat = self
        self.completions = self
        self._client = client
        self._target = target
        self._notebook = notebook
        self._retries = retries

    async def create(
        self, *, messages: Messages, stream: bool = False, **options: Any
    ) -> ChatCompletion | ChatStream:
        """Return a completion, or a stream of its chunks. Raises OpenAIError."""
        del options["model"]
        if options.get("n") == 1:  # the default, which some services refuse
            del options["n"]
        options |= _STREAMED if stream else {}
        # A refusal without a reason is most likely about the newest parameter.
        optional = [name for name in ("stream_options", *options, _SYSTEM) if name != "tools"]

        async def request(refused: frozenset[str]) -> ChatCompletion | ChatStream:
            sent = {name: value for name, value in options.items() if name not in refused}
            if "stream" not in sent:
                sent.pop("stream_options", None)
            taken = _without_system(messages) if _SYSTEM in refused else messages
            body = {"model": self._target.model, "messages": taken, **sent}
            if stream:
                return ChatStream(await self._open(body), self._target, self._notebook)
            response = await self._client.post(
                "/chat/completions", cast_to=httpx2.Response, body=body
            )
            return read_completion(response, self._target)

        return await adapt(
            lambda refused: send(lambda: request(refused), self._target, self._retries),
            list(dict.fromkeys(optional)),
            self._target,
            self._notebook,
        )

    async def _open(self, body: Mapping[str, Any]) -> httpx2.Response:
        """Return a response whose body has not been read yet, even if it is not streamed."""
        stream = await self._client.post(
            "/chat/completions",
            cast_to=ChatCompletionChunk,
            body=body,
            stream=True,
            stream_cls=AsyncStream[ChatCompletionChunk],
        )
        return stream.response


def _without_system(messages: Messages) -> Messages:
    """Move the instructions to the start of the first message of the user."""
    instructions = [message["content"] for message in messages if message["role"] == _SYSTEM]
    others = [dict(message) for message in messages if message["role"] != _SYSTEM]
    first = next((message for message in others if message["role"] == "user"), None)
    if first is not None and isinstance(first["content"], str):
        first["content"] = "\n\n".join([*instructions, first["content"]])
    return others
