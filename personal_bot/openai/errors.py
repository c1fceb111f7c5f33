"""Translates error responses, and errors of the OpenAI client, into this project's errors.

The message about an invalid key repeats part of the key, so messages are not passed on.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import httpx2
import openai

from personal_bot.contract.service_errors import ServiceCondition, ServiceFault, read_fault
from personal_bot.contract.service_names import name_service
from personal_bot.errors import (
    TRANSIENT_ERRORS,
    OpenAIContentError,
    OpenAIError,
    OpenAIForbiddenError,
    OpenAIKeyInvalidError,
    OpenAIModelError,
    OpenAINotOfferedError,
    OpenAIOverloadedError,
    OpenAIParameterError,
    OpenAIQuotaError,
    OpenAIRateLimitError,
    OpenAIRegionError,
    OpenAIResponseError,
    OpenAITimeoutError,
    OpenAITooLongError,
    OpenAIUnreachableError,
)

_KINDS: dict[ServiceCondition, type[OpenAIError]] = {
    ServiceCondition.KEY_INVALID: OpenAIKeyInvalidError,
    ServiceCondition.NO_MONEY: OpenAIQuotaError,
    ServiceCondition.REGION: OpenAIRegionError,
    ServiceCondition.FORBIDDEN: OpenAIForbiddenError,
    ServiceCondition.MODEL_UNAVAILABLE: OpenAIModelError,
    ServiceCondition.NOT_OFFERED: OpenAINotOfferedError,
    ServiceCondition.CONTENT_REFUSED: OpenAIContentError,
    ServiceCondition.TOO_LARGE: OpenAITooLongError,
    ServiceCondition.PARAMETER_REFUSED: OpenAIParameterError,
    ServiceCondition.OVERLOADED: OpenAIOverloadedError,
    ServiceCondition.UNREACHABLE: OpenAIUnreachableError,
    ServiceCondition.REJECTED: OpenAIError,
}


@dataclass(frozen=True)
class Target:
    """A service by its base URL, the model that is asked there, and whose key pays."""

    base_url: str
    model: str
    operators: bool = False

    @property
    def service(self) -> str:
        return name_service(self.base_url)

    def name_in(self, error: OpenAIError) -> OpenAIError:
        """Return the error, with what it says about service, model and key."""
        error.service = self.service
        error.model = self.model
        error.operators = self.operators
        return error


def translate(error: BaseException) -> OpenAIError | None:
    """Return our error for an error of the OpenAI client, or None for any other.

    Follows `__cause__`, because a pipeline wraps the errors of its components.
    """
    for cause in list_causes(error):
        if isinstance(cause, OpenAIError):
            return cause
        if isinstance(cause, openai.OpenAIError):
            return _translate(cause)
        # The client translates neither errors while a response is read, nor a malformed chunk.
        if isinstance(cause, httpx2.TimeoutException):
            return OpenAITimeoutError("timeout")
        if isinstance(cause, httpx2.HTTPError):
            return OpenAIUnreachableError("connection")
        if isinstance(cause, json.JSONDecodeError):
            return OpenAIUnreachableError("malformed answer")
    return None


def is_transient(error: OpenAIError) -> bool:
    """Tell whether a retry of the same request may succeed without action by the owner."""
    return isinstance(error, TRANSIENT_ERRORS)


def list_causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and its chain of causes, outermost first."""
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def explain_body(body: object) -> OpenAIError:
    """Return our error for a response with status 200 that holds an error, or nothing known."""
    fault = read_fault(None, body)
    is_error = isinstance(body, Mapping) and {"error", "message", "detail"} & body.keys()
    if fault.condition is ServiceCondition.UNREACHABLE and not is_error:
        return OpenAIResponseError("an unknown response")
    return _explain(fault, "inside a response", None)


def _translate(error: openai.OpenAIError) -> OpenAIError:
    if isinstance(error, openai.APITimeoutError):
        return OpenAITimeoutError("timeout")
    if isinstance(error, openai.APIConnectionError):
        return OpenAIUnreachableError("connection")
    if isinstance(error, openai.APIResponseValidationError):
        return OpenAIResponseError("malformed answer")
    if not isinstance(error, openai.APIError):
        return OpenAIError(type(error).__name__)
    status = error.status_code if isinstance(error, openai.APIStatusError) else None
    body = getattr(error, "body", None)
    return _explain(read_fault(status, body), f"status {status}", error)


def _explain(fault: ServiceFault, detail: str, error: openai.APIError | None) -> OpenAIError:
    if fault.condition is ServiceCondition.RATE_LIMIT:
        return OpenAIRateLimitError(_read_retry_after(error))
    known = _KINDS[fault.condition](f"{detail}, {fault.condition}")
    if isinstance(known, OpenAIParameterError):
        known.parameter = fault.parameter
    return known


def _read_retry_after(error: openai.APIError | None) -> float | None:
    if not isinstance(error, openai.APIStatusError):
        return None
    try:
        return max(0.0, float(error.response.headers["retry-after"]))
    except (KeyError, ValueError):
        return None
