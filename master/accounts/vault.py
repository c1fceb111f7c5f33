"""Secrets in the database, encrypted with the key of the installation."""

import logging
from collections.abc import Iterable
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from master.errors import SettingsError, VaultError
from personal_bot.contract import CredentialsError, read_key, write_private

logger = logging.getLogger(__name__)


class Vault:
    """Encrypts and decrypts what a column holds; `key` opens credentials files too.

    One that was opened follows its file: `tgrag rotate-key` changes it beside a running master.
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
        """The keys as their file holds them now; the ones before while it cannot be read."""
        version = _read_version(self._path)
        if self._path is not None and version != self._version:
            try:
                self._key, self._version = read_key(self._path), version
            except CredentialsError as error:
                logger.error("The key file is left as it was known: %s", error)  # noqa: TRY400
        return self._key

    def encrypt(self, secret: str) -> str:
        return self.key.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, encrypted: str) -> str:
        """Return the secret in the clear. Raises VaultError."""
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


def parse_keys(text: str) -> list[str]:
    """Split Fernet keys at commas and white space. Raises ValueError, which never quotes a key."""
    keys = text.replace(",", " ").split()
    try:
        for key in keys:
            Fernet(key)
    except ValueError:
        keys = []
    if not keys:
        raise ValueError("holds no valid Fernet key (44 characters of URL-safe base64)") from None
    return keys


def create_key(path: Path, configured: str | None = None) -> None:
    """Write the key file: the configured keys first, or a new key where there is none yet.

    Keys that the file held before stay behind the configured ones, so that what they encrypted can
    still be read. Raises OSError, and ValueError for a configured key that is none.
    """
    present = path.read_text(encoding="ascii").split() if path.exists() else []
    wanted = parse_keys(configured) if configured else []
    keys = list(dict.fromkeys([*wanted, *present])) or [Fernet.generate_key().decode("ascii")]
    if keys != present:
        write_keys(path, keys)


def read_keys(path: Path) -> list[str]:
    """Return the keys of the file, the one that encrypts first. Raises SettingsError."""
    try:
        return parse_keys(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise SettingsError("SECRET_KEY", f"{path}: {error}") from None


def write_keys(path: Path, keys: Iterable[str]) -> None:
    """Replace the key file, whole or not at all. Raises OSError."""
    write_private(path, "\n".join([*dict.fromkeys(keys), ""]).encode("ascii"))
