"""The errors that the sandbox responds with.

SandboxError
├─ TelegramError      from the Bot API: status, description, parameters
├─ OpenAIError        from OpenAI's API: status, code, message
└─ ClientError        from the client API of the page: status and one sentence
"""

from typing import Any


class SandboxError(Exception):
    """Base class of all errors of the sandbox."""


class TelegramError(SandboxError):
    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    def as_body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "ok": False,
            "error_code": self.status,
            "description": self.description,
        }
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> TelegramError:
    return TelegramError(400, f"Bad Request: {reason}")


class OpenAIError(SandboxError):
    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        self.code = code
        self.param = param

    def as_body(self) -> dict[str, Any]:
        return {
            "error": {
                "message": self.message,
                "type": self.kind,
                "param": self.param,
                "code": self.code,
            }
        }


class ClientError(SandboxError):
    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence

    def as_body(self) -> dict[str, Any]:
        return {"error": self.sentence}
