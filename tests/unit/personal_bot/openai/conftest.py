"""A service that answers by a function, reached through the real OpenAI client."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import httpx2
import pytest
from openai import AsyncOpenAI

from personal_bot.openai.errors import Target
from personal_bot.openai.lessons import Notebook

TARGET = Target("https://api.example.com/v1", "model")

Response = httpx2.Response
Handler = Callable[[dict[str, Any]], Response]


class Asked(NamedTuple):
    """A client, and the bodies that it has sent."""

    client: AsyncOpenAI
    bodies: list[dict[str, Any]]
    notebook: Notebook


@pytest.fixture
def ask() -> Callable[[Handler], Asked]:
    """Return a function that makes a client of a service, which answers by a function of bodies."""

    def make(handler: Handler) -> Asked:
        bodies: list[dict[str, Any]] = []

        def respond(request: httpx2.Request) -> Response:
            bodies.append(json.loads(request.content))
            return handler(bodies[-1])

        client = AsyncOpenAI(
            api_key="key",
            base_url=TARGET.base_url,
            max_retries=0,
            http_client=httpx2.AsyncClient(transport=httpx2.MockTransport(respond)),
        )
        return Asked(client, bodies, Notebook())

    return make


def refuse(status: int, message: str, **fields: Any) -> Response:
    return Response(status, json={"error": {"message": message, **fields}})
