"""The file of Fernet keys: the first one encrypts, every one decrypts."""

from collections.abc import Iterable
from pathlib import Path

from cryptography.fernet import Fernet

from master.errors import SettingsError
from personal_bot.contract import write_private


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
