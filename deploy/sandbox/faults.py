"""Faults on demand: make the next calls of a method of Telegram or OpenAI fail."""

from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from deploy.sandbox.errors import ClientError, OpenAIError, TelegramError

_TELEGRAM_DESCRIPTIONS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden: bot was blocked by the user",
    404: "Not Found",
    409: "Conflict: terminated by other getUpdates request; "
    "make sure that only one bot instance is running",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}
_OPENAI_STATUSES = {
    "insufficient_quota": 429,
    "rate_limit_exceeded": 429,
    "invalid_api_key": 401,
    "unsupported_country_region_territory": 403,
    "model_not_found": 404,
}


class Fault(BaseModel):
    """A fault of the next `times` calls of `method`. `delay` and `retry_after` are in seconds.

    `method` is a method of the Bot API, `download`, `embeddings`, `chat/completions`, `models` or
    `*`. With `token`, only calls with this bot token or key are affected. With `performed`, the
    call is carried out and only its response is lost. With `after_bytes`, so many bytes of the
    response are sent before it ends, continues with `body`, or with `drop` is cut off, each of them
    `stall` seconds later.
    """

    model_config = ConfigDict(extra="forbid")

    method: str
    token: str | None = None
    times: int = Field(1, ge=1)
    status: int | None = Field(None, ge=200, le=599)
    description: str | None = None
    retry_after: int | None = Field(None, ge=0)
    error_code: str | None = None
    drop: bool = False
    delay: float = Field(0.0, ge=0, le=600)
    after_bytes: int | None = Field(None, ge=0)
    stall: float = Field(0.0, ge=0, le=600)
    body: str | None = None
    performed: bool = False

    @model_validator(mode="after")
    def _check_effect(self) -> "Fault":
        if self.retry_after is not None and not (self.status or self.error_code):
            self.status = 429
        if not (self.fails or self.delay or self.after_bytes is not None):
            raise ValueError("say what happens: status, error_code, drop, body, delay, after_bytes")
        return self

    @property
    def fails(self) -> bool:
        """Whether the response is replaced completely, from its first byte."""
        whole = self.after_bytes is None
        return whole and bool(self.status or self.error_code or self.drop or self.body is not None)

    def fits(self, method: str, token: str) -> bool:
        wanted = self.method.lower()
        return wanted in {"*", method.lower()} and self.token in {None, token}

    def as_telegram_error(self) -> TelegramError:
        status = self.status or 500
        parameters: dict[str, Any] = {}
        description = _TELEGRAM_DESCRIPTIONS.get(status, "Internal Server Error")
        if status == 429:
            parameters["retry_after"] = self.retry_after or 1
            description = f"Too Many Requests: retry after {parameters['retry_after']}"
        return TelegramError(status, self.description or description, **parameters)

    def as_openai_error(self) -> OpenAIError:
        code = self.error_code
        status = self.status or _OPENAI_STATUSES.get(code or "", 500)
        if code == "insufficient_quota":
            return out_of_quota()
        if status == 429:
            return rate_limited(self.description)
        if code == "invalid_api_key" or (status == 401 and code is None):
            return OpenAIError(
                401, self.description or "Incorrect API key provided.", code="invalid_api_key"
            )
        if status >= 500:
            message = self.description or "The server had an error while processing your request."
            return OpenAIError(status, message, kind="server_error", code=code)
        return OpenAIError(status, self.description or "The request was refused.", code=code)


def out_of_quota() -> OpenAIError:
    return OpenAIError(
        429,
        "You exceeded your current quota, please check your plan and billing details.",
        kind="insufficient_quota",
        code="insufficient_quota",
    )


def rate_limited(message: str | None = None) -> OpenAIError:
    return OpenAIError(
        429,
        message or "Rate limit reached for requests per min. Please try again later.",
        kind="requests",
        code="rate_limit_exceeded",
    )


@dataclass
class Faults:
    """The pending faults, oldest first."""

    waiting: list[Fault] = field(default_factory=list)

    def add_routes(self, router: web.UrlDispatcher) -> None:
        router.add_get("/faults", self.list)
        router.add_post("/faults", self.add)
        router.add_delete("/faults", self.clear)

    async def list(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": [fault.model_dump() for fault in self.waiting]})

    async def add(self, request: web.Request) -> web.Response:
        try:
            self.waiting.append(Fault.model_validate(await request.json()))
        except ValidationError as error:
            raise ClientError(400, str(error.errors(include_url=False)[0]["msg"])) from None
        except ValueError:
            raise ClientError(400, "Send a JSON object.") from None
        return web.json_response({"faults": len(self.waiting)})

    async def clear(self, _request: web.Request) -> web.Response:
        self.waiting.clear()
        return web.json_response({"faults": 0})

    def take(self, method: str, token: str) -> Fault | None:
        """Return the fault for this call, if any, and count it as used once."""
        for fault in self.waiting:
            if fault.fits(method, token):
                fault.times -= 1
                if fault.times == 0:
                    self.waiting.remove(fault)
                return fault
        return None
