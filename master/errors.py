"""The errors of the master. They carry facts; `texts.explain` turns them into sentences.

MasterError
├─ SettingsError                 a setting is missing or wrong (exit code 78)
├─ VaultError                    a stored secret cannot be decrypted with this key
├─ RotationError                 secrets were still being encrypted with an old key, so it was kept
├─ TokenError                    a bot token was not accepted
│  ├─ TokenMalformedError
│  ├─ TokenRevokedError          Telegram answers 401 or 404
│  ├─ TokenIsMasterError         it is the token of the master itself
│  └─ TokenTakenError            another user has registered this bot
├─ KeyRejectedError              an OpenAI key was not accepted
│  ├─ KeyMalformedError
│  ├─ KeyInvalidError            OpenAI answers 401
│  ├─ KeyForbiddenError          OpenAI answers 403 or 404: country, permission or model
│  └─ KeyQuotaError              valid, but its account has no quota left
├─ ServiceError                  a remote service did not respond, or returned an error
│  ├─ TelegramUnreachableError
│  ├─ OpenAIUnreachableError
│  └─ QdrantUnreachableError
├─ BotError                      an operation on a user's bot failed
│  ├─ BotNotFoundError           the user has no bot
│  ├─ BotExistsError             the user already has a bot
│  └─ BotStartError              the bot did not become ready; carries the Diagnosis
├─ ProgramError                  a program section is invalid or could not be written
└─ SupervisorError               supervisord returned a fault or did not respond
   ├─ SupervisorUnreachableError
   ├─ SupervisorDeniedError      it refuses our username and password
   ├─ SupervisorShuttingDownError
   ├─ SupervisorConfigError      reload failed: a file in the include folder is invalid
   ├─ ProcessNotFoundError
   ├─ ProcessStartError          not executable, no such file, abnormal termination, spawn error
   └─ SupervisorFaultError       any other fault, with its code
"""

from typing import Any


class MasterError(Exception):
    """Base class of all errors of the master."""


class SettingsError(MasterError):
    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


class VaultError(MasterError):
    """A stored secret cannot be decrypted with this key. Carries neither the secret nor the key."""


class RotationError(MasterError):
    """Secrets were still being encrypted with an old key, so the old keys were kept."""


class TokenError(MasterError):
    """A bot token was not accepted. Never carries the token."""


class TokenMalformedError(TokenError):
    pass


class TokenRevokedError(TokenError):
    pass


class TokenIsMasterError(TokenError):
    pass


class TokenTakenError(TokenError):
    def __init__(self, username: str) -> None:
        super().__init__(f"@{username} is already registered")
        self.username = username


class KeyRejectedError(MasterError):
    """An OpenAI key was not accepted. Never carries the key."""


class KeyMalformedError(KeyRejectedError):
    pass


class KeyInvalidError(KeyRejectedError):
    pass


class KeyForbiddenError(KeyRejectedError):
    pass


class KeyQuotaError(KeyRejectedError):
    pass


class ServiceError(MasterError):
    """A remote service did not respond, or returned an error; a later retry may succeed."""


class TelegramUnreachableError(ServiceError):
    pass


class OpenAIUnreachableError(ServiceError):
    pass


class QdrantUnreachableError(ServiceError):
    pass


class BotError(MasterError):
    def __init__(self, user_id: int, message: str) -> None:
        super().__init__(f"user {user_id}: {message}")
        self.user_id = user_id


class BotNotFoundError(BotError):
    def __init__(self, user_id: int) -> None:
        super().__init__(user_id, "has no bot")


class BotExistsError(BotError):
    def __init__(self, user_id: int) -> None:
        super().__init__(user_id, "already has a bot")


class BotStartError(BotError):
    """The bot did not become ready. `diagnosis` is a `diagnostics.Diagnosis`."""

    def __init__(self, user_id: int, diagnosis: Any) -> None:
        super().__init__(user_id, f"did not start: {diagnosis}")
        self.diagnosis = diagnosis


class ProgramError(MasterError):
    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


class SupervisorError(MasterError):
    pass


class SupervisorUnreachableError(SupervisorError):
    pass


class SupervisorDeniedError(SupervisorError):
    pass


class SupervisorShuttingDownError(SupervisorError):
    pass


class SupervisorConfigError(SupervisorError):
    pass


class ProcessNotFoundError(SupervisorError):
    pass


class ProcessStartError(SupervisorError):
    pass


class SupervisorFaultError(SupervisorError):
    def __init__(self, code: int, method: str) -> None:
        super().__init__(f"{method}: fault {code}")
        self.code = code
        self.method = method
