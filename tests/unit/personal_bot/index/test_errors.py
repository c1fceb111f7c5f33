"""Errors of clients and pipelines become StoreError or OpenAIError; bugs do not."""

import httpx
import pytest
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from personal_bot.errors import IndexDamagedError, QdrantUnreachableError, StoreError
from personal_bot.index.errors import translate, translated_errors


def _respond(status: int) -> UnexpectedResponse:
    return UnexpectedResponse(status, "reason", b"body", httpx.Headers())


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (_respond(401), QdrantUnreachableError),
        (_respond(403), QdrantUnreachableError),
        (_respond(400), StoreError),
        (_respond(404), StoreError),
        (_respond(429), QdrantUnreachableError),
        (_respond(500), QdrantUnreachableError),
        (_respond(503), QdrantUnreachableError),
        (ResponseHandlingException(OSError()), QdrantUnreachableError),
        (httpx.ConnectTimeout(""), QdrantUnreachableError),
    ],
)
def test_each_failure_of_a_server_has_its_own_error(
    error: Exception, expected: type[StoreError]
) -> None:
    assert type(translate(error)) is expected


def test_a_bug_is_not_called_a_failure_of_the_store() -> None:
    with pytest.raises(KeyError), translated_errors():
        raise KeyError("bug")


def test_our_own_error_inside_of_another_comes_out_without_a_circle_of_causes() -> None:
    inner = IndexDamagedError("inner")

    def fail() -> None:
        try:
            raise inner
        except IndexDamagedError as error:
            raise RuntimeError("pipeline") from error

    with pytest.raises(IndexDamagedError) as raised, translated_errors():
        fail()

    assert raised.value is inner
    assert raised.value.__cause__ is None
