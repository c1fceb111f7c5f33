"""Numbers with their words, in the right plural form."""

import math

from aiogram.utils.i18n import gettext as _

_KILOBYTE = 1024
_MEGABYTE = 1024 * 1024


def count_documents(number: int) -> str:
    return _("{n} document", "{n} documents", number).format(n=number)


def count_passages(number: int) -> str:
    return _("{n} passage", "{n} passages", number).format(n=number)


def count_pages(number: int) -> str:
    return _("{n} page", "{n} pages", number).format(n=number)


def count_files(number: int) -> str:
    return _("{n} file", "{n} files", number).format(n=number)


def count_questions(number: int) -> str:
    return _("{n} question", "{n} questions", number).format(n=number)


def count_seconds(number: int) -> str:
    """Put into words for use after "in": Russian has a case of its own for it."""
    return _("{n} second", "{n} seconds", number).format(n=number)


def format_size(size: int) -> str:
    """Bytes as whole kilobytes or megabytes, rounded up: no file looks smaller than its limit."""
    if size < _MEGABYTE:
        return _("{n} KB").format(n=math.ceil(size / _KILOBYTE))
    return _("{n} MB").format(n=math.ceil(size / _MEGABYTE))
