"""The errors of the master. They carry facts; `texts.explain` turns them into sentences.

MasterError
├─ SettingsError                 a setting is missing or wrong (exit code 78)
├─ DatabaseUnavailableError      the database does not respond, or gave up a query
│  └─ DatabaseRefusedError       it does not let the master in, or not create its tables
├─ VaultError                    a stored secret cannot be decrypted with this key
├─ RotationError                 secrets were still being encrypted with an old key, so it was kept
├─ TokenError                    a bot token was not accepted
│  ├─ TokenMalformedError
│  ├─ TokenRevokedError          Telegram answers 401 or 404
│  ├─ TokenIsMasterError         it is the token of the master itself
│  └─ TokenTakenError            another user has registered this bot
├─ KeyMalformedError             not a key of the service, or only a part of one
├─ ModelRefusedError             a service did not do what bots need of a model; who can help varies
│  └─ EmbeddingUnusableError     its embeddings have another length, or are no numbers
├─ ServiceError                  a remote service did not respond, or returned an error
│  ├─ TelegramUnreachableError
│  └─ QdrantUnreachableError
├─ BotError                      an operation on a user's bot failed
│  ├─ BotNotFoundError           the user has no bot
│  ├─ BotExistsError             the user already has a bot
│  └─ BotStartError              the bot did not become ready; carries the Diagnosis
├─ ProgramError                  a program section is invalid or could not be written
└─ SupervisorError               supervisord returned a fault or did not respond
   ├─ SupervisorUnreachableError
   │  └─ SupervisorNotRunningError   nothing listens on its socket
   ├─ SupervisorDeniedError      it refuses our username and password
   ├─ SupervisorShuttingDownError
   ├─ SupervisorConfigError      reload failed: a file in the include folder is invalid
   ├─ ProcessNotFoundError
   ├─ ProcessStartError          not executable, no such file, abnormal termination, spawn error
   └─ SupervisorFaultError       any other fault, with its code
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from peewee import OperationalError

from personal_bot.contract import TRANSIENT_CONDITIONS, ServiceCondition, name_service


class MasterError(Exception):
    """Base class of all errors of the master."""


class SettingsError(MasterError):
    def __init__(self, setting: str, reason: str) -> None:
        super().__init__(f"{setting}: {reason}")
        self.setting = setting
        self.reason = reason


class DatabaseUnavailableError(MasterError, OperationalError):
    """The database does not respond, or gave up a query. The message names it and the reason."""


class DatabaseRefusedError(DatabaseUnavailableError):
    """The database does not let the master in, or not create its tables."""


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


class KeyMalformedError(MasterError):
    """Not a key of the service, or only a part of one. Never carries it."""


class Remedy(StrEnum):
    """What helps when a service refuses a model."""

    WAIT = "wait"
    PAY = "pay"
    OTHER_KEY = "other_key"
    OPERATOR = "operator"  # a setting has to be changed; nothing that a user does helps


@dataclass(frozen=True)
class ModelUse:
    """A model that bots use at a service, and the settings that say so. `repr` omits the key.

    `dim` is the required length of an embedding, and None for chat. `key_setting` is None if the
    key is the owner's.
    """

    base_url: str
    key: str = field(repr=False)
    model: str
    url_setting: str
    model_setting: str
    key_setting: str | None = None
    dim: int | None = None

    @property
    def service(self) -> str:
        return name_service(self.base_url)


class ModelRefusedError(MasterError):
    """A service did not do what bots need of a model. Never carries the key, or a message."""

    def __init__(self, use: ModelUse, condition: ServiceCondition, detail: str) -> None:
        super().__init__(f"{use.service}, {use.model_setting} {use.model}: {condition} ({detail})")
        self.use = use
        self.condition = condition
        self.detail = detail

    @property
    def remedy(self) -> Remedy:
        if self.condition in TRANSIENT_CONDITIONS:
            return Remedy.WAIT
        if self.use.key_setting is not None:
            return Remedy.OPERATOR
        return _OWNERS_REMEDIES.get(self.condition, Remedy.OPERATOR)


_OWNERS_REMEDIES = {
    ServiceCondition.KEY_INVALID: Remedy.OTHER_KEY,
    ServiceCondition.FORBIDDEN: Remedy.OTHER_KEY,
    ServiceCondition.NO_MONEY: Remedy.PAY,
}


class EmbeddingUnusableError(ModelRefusedError):
    """`length` is that of the embedding, or None if it does not consist of finite numbers."""

    def __init__(self, use: ModelUse, length: int | None) -> None:
        found = "no finite numbers" if length is None else f"{length} numbers, not {use.dim}"
        super().__init__(use, ServiceCondition.REJECTED, found)
        self.length = length

    @property
    def remedy(self) -> Remedy:
        return Remedy.OPERATOR


class ServiceError(MasterError):
    """A remote service did not respond, or returned an error; a later retry may succeed."""


class TelegramUnreachableError(ServiceError):
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


class SupervisorNotRunningError(SupervisorUnreachableError):
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
