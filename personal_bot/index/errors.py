"""Translates errors of Qdrant clients and of Haystack pipelines into this project's errors."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from qdrant_client.http.exceptions import ResponseHandlingException, UnexpectedResponse

from personal_bot.errors import PersonalBotError, QdrantUnreachableError, StoreError
from personal_bot.openai import errors as openai_errors
from personal_bot.openai.errors import list_causes


def translate(error: BaseException) -> StoreError | None:
    """Return our error for an error of the store, or None for any other."""
    for cause in list_causes(error):
        if isinstance(cause, StoreError):
            return cause
        if isinstance(cause, UnexpectedResponse):
            return _explain(cause.status_code or 0)
        if isinstance(cause, ResponseHandlingException | httpx.TransportError):
            return QdrantUnreachableError(type(cause).__name__)
    return None


def _explain(status: int) -> StoreError:
    if status in {401, 403}:
        return QdrantUnreachableError(f"the server rejects the key: {status}")
    if 400 <= status < 500 and status != 429:
        return StoreError(f"the server rejects the request: {status}")
    return QdrantUnreachableError(f"status {status}")


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise OpenAIError or StoreError in place of errors of clients and pipelines."""
    try:
        yield
    except PersonalBotError:
        raise
    except Exception as error:
        known = openai_errors.translate(error) or translate(error)
        if known is None:
            raise
        if any(cause is known for cause in list_causes(error)):
            raise known from known.__cause__  # not from `error`: `known` is already its cause
        raise known from error
