"""Translates errors of Qdrant's embedded engine into this project's errors.

The engine raises plain Exception for almost everything, and panics on files that it cannot read.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from personal_bot.errors import DiskFullError, IndexDamagedError, StoreError
from personal_bot.storage.disk_space import is_disk_full_error

_NO_ROOM = "No space left on device"
_IN_USE = "WouldBlock"
_DAMAGE = ("Service runtime error", "No appropriate index")


@contextmanager
def translated_errors(otherwise: type[StoreError]) -> Iterator[None]:
    """Raise StoreError or a subclass for an error of the engine; `otherwise` if it is unknown."""
    try:
        yield
    except BaseException as error:
        known = _translate(error, otherwise)
        if known is None:
            raise
        raise known from error


def _translate(error: BaseException, otherwise: type[StoreError]) -> StoreError | None:
    """Return our error for an error of the engine, or None for any other."""
    text = str(error)
    if type(error).__name__ == "PanicException":  # not an Exception; cannot be imported
        return IndexDamagedError(text)
    if not isinstance(error, Exception):
        return None
    if is_disk_full_error(error) or _NO_ROOM in text:
        return DiskFullError(text)
    if _IN_USE in text:
        return StoreError("the index is in use by another process")
    if isinstance(error, OSError):
        return StoreError(text)
    return IndexDamagedError(text) if any(words in text for words in _DAMAGE) else otherwise(text)
