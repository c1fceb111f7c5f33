"""Every error of OpenAI's client becomes one of ours, without the key."""

import inspect
import json

import httpx2
import openai
import pytest

from personal_bot import errors
from personal_bot.openai import errors as openai_errors

KEY = "sk-proj-verysecretkey1234"


def _respond(status: int, code: str | None = None, retry_after: str | None = None) -> Exception:
    headers = {"retry-after": retry_after} if retry_after else {}
    request = httpx2.Request("POST", "https://api.openai.com/v1/embeddings")
    response = httpx2.Response(status, request=request, headers=headers)
    client = openai.OpenAI(api_key=KEY)
    body = {"code": code, "message": f"refused for {KEY}", "type": code}
    error = client._make_status_error(f"refused {KEY}", body={"error": body}, response=response)
    client.close()
    return error


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "invalid_api_key", errors.OpenAIKeyInvalidError),
        (403, "unsupported_country_region_territory", errors.OpenAIRegionError),
        (403, None, errors.OpenAIForbiddenError),
        (404, "model_not_found", errors.OpenAIModelError),
        (429, "rate_limit_exceeded", errors.OpenAIRateLimitError),
        (429, None, errors.OpenAIRateLimitError),
        (429, "insufficient_quota", errors.OpenAIQuotaError),
        (402, None, errors.OpenAIQuotaError),
        (400, "context_length_exceeded", errors.OpenAITooLongError),
        (422, None, errors.OpenAIError),
        (409, None, errors.OpenAIUnreachableError),
        (500, None, errors.OpenAIUnreachableError),
        (503, None, errors.OpenAIOverloadedError),
    ],
)
def test_each_refusal_has_its_own_error(
    status: int, code: str | None, expected: type[errors.OpenAIError]
) -> None:
    known = openai_errors.translate(_respond(status, code))

    assert type(known) is expected
    assert KEY not in str(known)


@pytest.mark.parametrize(
    ("header", "seconds"), [("7", 7.0), ("-1", 0.0), (None, None), ("Wed, 21 Oct", None)]
)
def test_a_rate_limit_says_how_long_to_wait(header: str | None, seconds: float | None) -> None:
    known = openai_errors.translate(_respond(429, "rate_limit_exceeded", header))

    assert isinstance(known, errors.OpenAIRateLimitError)
    assert known.retry_after == seconds


def _make(kind: type[openai.OpenAIError]) -> openai.OpenAIError:
    """Make an error without calling its constructor, whose parameters differ by class."""
    request = httpx2.Request("POST", "https://api.openai.com/v1/embeddings")
    error = kind.__new__(kind)
    error.__dict__.update(
        request=request,
        response=httpx2.Response(getattr(kind, "status_code", 500), request=request),
        status_code=getattr(kind, "status_code", 500),
        code=None,
        type=None,
    )
    return error


def _walk(kind: type[openai.OpenAIError]) -> list[type[openai.OpenAIError]]:
    return [kind, *(deeper for child in kind.__subclasses__() for deeper in _walk(child))]


@pytest.mark.parametrize("kind", _walk(openai.OpenAIError), ids=lambda kind: kind.__name__)
def test_every_error_of_the_client_is_translated(kind: type[openai.OpenAIError]) -> None:
    assert isinstance(openai_errors.translate(_make(kind)), errors.OpenAIError)


def test_no_error_class_of_the_client_is_outside_of_that_tree() -> None:
    """All errors of the client derive from OpenAIError, except those of the unused webhooks."""
    exported = {
        value
        for _, value in inspect.getmembers(openai, inspect.isclass)
        if issubclass(value, Exception)
    }

    assert exported - set(_walk(openai.OpenAIError)) <= {openai.InvalidWebhookSignatureError}


def test_an_error_inside_of_a_stream_is_known_by_its_code() -> None:
    request = httpx2.Request("POST", "https://api.openai.com/v1/chat/completions")
    error = openai.APIError(KEY, request, body={"code": "insufficient_quota"})

    assert isinstance(openai_errors.translate(error), errors.OpenAIQuotaError)


def test_a_malformed_chunk_means_that_openai_is_out_of_reach() -> None:
    with pytest.raises(json.JSONDecodeError) as malformed:
        json.loads("{oops")

    assert isinstance(openai_errors.translate(malformed.value), errors.OpenAIUnreachableError)


def test_causes_are_looked_through() -> None:
    wrapped = RuntimeError("pipeline")
    wrapped.__cause__ = _respond(401, "invalid_api_key")

    assert isinstance(openai_errors.translate(wrapped), errors.OpenAIKeyInvalidError)


def test_anything_else_is_not_openais() -> None:
    assert openai_errors.translate(RuntimeError()) is None


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.OpenAIUnreachableError("timeout"), True),
        (errors.OpenAIRateLimitError(3), True),
        (errors.OpenAIQuotaError(), False),
        (errors.OpenAIKeyInvalidError(), False),
    ],
)
def test_only_what_passes_by_itself_is_called_passing(
    error: errors.OpenAIError, expected: bool
) -> None:
    assert openai_errors.is_transient(error) is expected
