"""Encryption of secrets in the database with the key of the installation."""

import logging
from pathlib import Path

from cryptography.fernet import InvalidToken, MultiFernet

from master.errors import SettingsError, VaultError
from personal_bot.contract import CredentialsError, read_key

logger = logging.getLogger(__name__)


class Vault:
    """Encrypts and decrypts database values; `key` also decrypts credentials files.

    A vault made by `open` rereads its key file when that changes, because `tgrag rotate-key`
    replaces the file while the master runs.
    """

    def __init__(self, key: MultiFernet, path: Path | None = None) -> None:
        self._key = key
        self._path = path
        self._version = _read_version(path)

    @classmethod
    def open(cls, path: Path) -> "Vault":
        """Read the key file. Raises SettingsError."""
        try:
            return cls(read_key(path), path)
        except CredentialsError as error:
            raise SettingsError("SECRET_KEY", f"{path}: {error.reason}") from None

    @property
    def key(self) -> MultiFernet:
        """The keys in the file now, or those last read while the file cannot be read."""
        version = _read_version(self._path)
        if self._path is not None and version != self._version:
            try:
                self._key, self._version = read_key(self._path), version
            except CredentialsError as error:
                logger.error("Cannot read the key file, keeping the known keys: %s", error)  # noqa: TRY400
        return self._key

    def encrypt(self, secret: str) -> str:
        return self.key.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, encrypted: str) -> str:
        """Return the secret in plain text. Raises VaultError."""
        try:
            return self.key.decrypt(encrypted).decode()
        except InvalidToken:
            raise VaultError("a stored secret cannot be decrypted with this key") from None


def _read_version(path: Path | None) -> tuple[int, int] | None:
    try:
        found = path.stat() if path is not None else None
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns) if found else None
