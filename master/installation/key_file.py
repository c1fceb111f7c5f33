"""The file of Fernet keys: the first key encrypts, all of them decrypt."""

from collections.abc import Iterable
from pathlib import Path

from cryptography.fernet import Fernet

from master.errors import SettingsError
from personal_bot.contract import write_private


def parse_keys(text: str) -> list[str]:
    """Split Fernet keys at commas and whitespace. Raises ValueError, which never quotes a key."""
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
    """Write the key file: the `configured` keys first, or a new key if there are none at all.

    Keys already in the file are kept after the configured ones, so that what they encrypted can
    still be decrypted. Raises OSError, and ValueError for an invalid configured key.
    """
    present = path.read_text(encoding="ascii").split() if path.exists() else []
    wanted = parse_keys(configured) if configured else []
    keys = list(dict.fromkeys([*wanted, *present])) or [Fernet.generate_key().decode("ascii")]
    if keys != present:
        write_keys(path, keys)


def read_keys(path: Path) -> list[str]:
    """Return the keys in the file, starting with the encrypting one. Raises SettingsError."""
    try:
        return parse_keys(path.read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise SettingsError("SECRET_KEY", f"{path}: {error}") from None


def write_keys(path: Path, keys: Iterable[str]) -> None:
    """Replace the key file atomically. Raises OSError."""
    write_private(path, "\n".join([*dict.fromkeys(keys), ""]).encode("ascii"))
