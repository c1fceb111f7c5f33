"""Secrets in the database, encrypted with the key of the installation."""

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from master.errors import SettingsError, VaultError
from personal_bot.contract import CredentialsError, read_key, write_private


class Vault:
    """Encrypts and decrypts what a column holds. `key` opens credentials files too."""

    def __init__(self, key: MultiFernet) -> None:
        self.key = key

    @classmethod
    def open(cls, path: Path) -> "Vault":
        """Read the key file. Raises SettingsError."""
        try:
            return cls(read_key(path))
        except CredentialsError as error:
            raise SettingsError("SECRET_KEY", f"{path}: {error.reason}") from None

    def encrypt(self, secret: str) -> str:
        return self.key.encrypt(secret.encode()).decode("ascii")

    def decrypt(self, encrypted: str) -> str:
        """Return the secret in the clear. Raises VaultError."""
        try:
            return self.key.decrypt(encrypted).decode()
        except InvalidToken:
            raise VaultError("a stored secret cannot be decrypted with this key") from None


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
        write_private(path, "\n".join([*keys, ""]).encode("ascii"))
