"""A bot's credentials, encrypted at rest with the key of the installation."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from personal_bot.contract.files import write_private


class CredentialsError(Exception):
    """The credentials or the key that opens them are missing, damaged or do not fit together."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Credentials:
    """What one bot needs to speak for its owner. `repr` shows no secret."""

    bot_token: str = field(repr=False)
    openai_key: str = field(repr=False)
    qdrant_api_key: str | None = field(default=None, repr=False)


def read_key(path: Path) -> MultiFernet:
    """Read the key file: one Fernet key a line, the first encrypts, every one decrypts.

    Raises CredentialsError.
    """
    try:
        keys = path.read_text(encoding="ascii").split()
        return MultiFernet([Fernet(key) for key in keys])
    except OSError as error:
        raise CredentialsError(path, error.strerror or "unreadable") from error
    except ValueError:
        # The chained exception would carry the key into a log.
        raise CredentialsError(path, "holds no valid key") from None


def write_credentials(path: Path, credentials: Credentials, key: MultiFernet) -> None:
    """Encrypt and write, whole or not at all. Raises OSError."""
    write_private(path, key.encrypt(json.dumps(asdict(credentials)).encode()))


def read_credentials(path: Path, key: MultiFernet) -> Credentials:
    """Read and decrypt. Raises CredentialsError."""
    try:
        return Credentials(**json.loads(key.decrypt(path.read_bytes())))
    except OSError as error:
        raise CredentialsError(path, error.strerror or "unreadable") from error
    except InvalidToken as error:
        raise CredentialsError(path, "cannot be decrypted with this key") from error
    except (ValueError, TypeError):
        raise CredentialsError(path, "holds something else than credentials") from None
