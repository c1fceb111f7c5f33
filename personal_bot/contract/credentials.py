"""A bot's credentials, encrypted at rest with the installation's key."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from personal_bot.contract.files import write_private


class CredentialsError(Exception):
    """The credentials or their encryption key are missing or damaged, or do not match."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class Credentials:
    """The token and keys of one bot. `repr` omits them.

    `qdrant_api_key` and `embedding_api_key` are the operator's, the same for all bots.
    """

    bot_token: str = field(repr=False)
    openai_key: str = field(repr=False)
    qdrant_api_key: str | None = field(default=None, repr=False)
    embedding_api_key: str | None = field(default=None, repr=False)


def read_key(path: Path) -> MultiFernet:
    """Read the key file: one Fernet key per line; the first encrypts, all of them decrypt.

    Raises CredentialsError.
    """
    try:
        keys = path.read_text(encoding="ascii").split()
        return MultiFernet([Fernet(key) for key in keys])
    except OSError as error:
        raise CredentialsError(path, error.strerror or "unreadable") from error
    except ValueError:
        # The chained exception would put the key into a log.
        raise CredentialsError(path, "holds no valid key") from None


def write_credentials(path: Path, credentials: Credentials, key: MultiFernet) -> None:
    """Encrypt the credentials and write them atomically. Raises OSError."""
    write_private(path, key.encrypt(json.dumps(asdict(credentials)).encode()))


def read_credentials(path: Path, key: MultiFernet) -> Credentials:
    """Read and decrypt the credentials. Raises CredentialsError."""
    try:
        return Credentials(**json.loads(key.decrypt(path.read_bytes())))
    except OSError as error:
        raise CredentialsError(path, error.strerror or "unreadable") from error
    except InvalidToken as error:
        raise CredentialsError(path, "cannot be decrypted with this key") from error
    except (ValueError, TypeError):
        raise CredentialsError(path, "does not contain credentials") from None
