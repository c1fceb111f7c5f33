"""Every way in which the master can fail, facts only: `texts.explain` turns them into sentences.

MasterError
├─ SettingsError                 a setting is missing or wrong (exit code 78)
├─ VaultError                    a stored secret cannot be decrypted with this key
├─ RotationError                 secrets were still being encrypted with an old key
├─ TokenError                    a bot token was not accepted
│  ├─ TokenMalformedError
│  ├─ TokenRevokedError          Telegram answers 401
│  ├─ TokenIsMasterError         it is the master's own
│  └─ TokenTakenError            someone else's bot, or another of this person's
├─ KeyRejectedError              an OpenAI key was not accepted
│  ├─ KeyMalformedError
│  ├─ KeyInvalidError            OpenAI answers 401
│  ├─ KeyForbiddenError          OpenAI answers 403: country or permission
│  └─ KeyQuotaError              valid, but its account has no quota left
├─ ServiceError                  something across the network did not answer as it should
│  ├─ TelegramUnreachableError
│  ├─ OpenAIUnreachableError
│  └─ QdrantUnreachableError
├─ BotError                      a person's bot
│  ├─ BotNotFoundError           the person has none
│  ├─ BotExistsError             the person has one already
│  └─ BotStartError              did not reach "running"; carries the Diagnosis
├─ ProgramError                  a program section could not be written or is not valid
└─ SupervisorError               supervisord refused or did not answer
   ├─ SupervisorUnreachableError
   ├─ SupervisorDeniedError      it does not accept our user name and password
   ├─ SupervisorShuttingDownError
   ├─ SupervisorConfigError      reload failed: some file in the include folder is broken
   ├─ ProcessNotFoundError
   ├─ ProcessStartError          not executable, no such file, abnormal termination, spawn error
   └─ SupervisorFaultError       any other fault, with its code
"""

from typing import Any


class MasterError(Exception):
    """Root of the tree."""


class SettingsError(MasterError):
    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


class VaultError(MasterError):
    """A stored secret cannot be decrypted with this key. Carries neither."""


class RotationError(MasterError):
    """The old keys had to be kept: something was still being encrypted with them."""


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
        super().__init__(f"@{username} is registered already")
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
    """Something across the network did not answer as it should; trying again later may help."""


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
        super().__init__(user_id, "has a bot already")


class BotStartError(BotError):
    """The bot did not reach "running". `diagnosis` is a `diagnostics.Diagnosis`."""

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
