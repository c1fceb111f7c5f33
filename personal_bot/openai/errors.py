"""Translates errors of the OpenAI client by status and code, never by message.

The message about an invalid key repeats part of the key, so messages are not passed on.
"""

import json
from collections.abc import Iterator

import openai

from personal_bot.errors import (
    OpenAIError,
    OpenAIForbiddenError,
    OpenAIKeyInvalidError,
    OpenAIModelError,
    OpenAIQuotaError,
    OpenAIRateLimitError,
    OpenAIUnreachableError,
)

# 429 has two meanings: rate limit, or exhausted quota. Codes from
# platform.openai.com/docs/guides/error-codes.
_QUOTA_CODES = frozenset({"insufficient_quota", "billing_hard_limit_reached", "billing_not_active"})
_TRANSIENT = (OpenAIRateLimitError, OpenAIUnreachableError)


def translate(error: BaseException) -> OpenAIError | None:
    """Return our error for an error of the OpenAI client, or None for any other.

    Follows `__cause__`, because a pipeline wraps the errors of its components.
    """
    for cause in list_causes(error):
        if isinstance(cause, OpenAIError):
            return cause
        if isinstance(cause, openai.OpenAIError):
            return _translate(cause)
        # The client does not catch decoding errors, so a malformed stream chunk raises this.
        if isinstance(cause, json.JSONDecodeError):
            return OpenAIUnreachableError("malformed answer")
    return None


def is_transient(error: OpenAIError) -> bool:
    """Tell whether a retry of the same request may succeed without action by the owner."""
    return isinstance(error, _TRANSIENT)


def list_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and its chain of causes, outermost first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _translate(error: openai.OpenAIError) -> OpenAIError:
    if isinstance(error, openai.APITimeoutError):
        return OpenAIUnreachableError("timeout")
    if isinstance(error, openai.APIConnectionError):
        return OpenAIUnreachableError("connection")
    if isinstance(error, openai.APIResponseValidationError):
        return OpenAIUnreachableError("malformed answer")
    if isinstance(error, openai.APIError):
        # An error within a stream has a code but no status.
        code = error.code if isinstance(error.code, str) else None
        status = error.status_code if isinstance(error, openai.APIStatusError) else None
        return _explain(status, code, error)
    return OpenAIError(type(error).__name__)


def _explain(status: int | None, code: str | None, error: openai.APIError) -> OpenAIError:
    kind: type[OpenAIError] = OpenAIError
    if code in _QUOTA_CODES or error.type == "insufficient_quota":
        kind = OpenAIQuotaError
    elif status == 429 or code == "rate_limit_exceeded":
        return OpenAIRateLimitError(_read_retry_after(error))
    elif status == 401 or code == "invalid_api_key":
        kind = OpenAIKeyInvalidError
    elif status == 403:
        kind = OpenAIForbiddenError
    elif status == 404 or code == "model_not_found":
        kind = OpenAIModelError
    elif status is None or status >= 500 or status in {408, 409}:
        kind = OpenAIUnreachableError
    return kind(f"status {status}, code {code}")


def _read_retry_after(error: openai.APIError) -> float | None:
    if not isinstance(error, openai.APIStatusError):
        return None
    try:
        return max(0.0, float(error.response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
