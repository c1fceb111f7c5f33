"""Numbers with their units, in the correct plural form."""

import math

from aiogram.utils.i18n import gettext as _

_KILOBYTE = 1024
_MEGABYTE = 1024 * 1024
_GROUP_SEPARATOR = "\N{NO-BREAK SPACE}"
_GROUPED_FROM = 10_000


def count_documents(number: int) -> str:
    return _("{n} document", "{n} documents", number).format(n=format_number(number))


def count_passages(number: int) -> str:
    return _("{n} passage", "{n} passages", number).format(n=format_number(number))


def count_pages(number: int) -> str:
    return _("{n} page", "{n} pages", number).format(n=format_number(number))


def count_tables(number: int) -> str:
    return _("{n} table", "{n} tables", number).format(n=format_number(number))


def count_characters(number: int) -> str:
    return _("{n} character", "{n} characters", number).format(n=format_number(number))


def count_files(number: int) -> str:
    return _("{n} file", "{n} files", number).format(n=format_number(number))


def count_questions(number: int) -> str:
    return _("{n} question", "{n} questions", number).format(n=format_number(number))


def count_answers(number: int) -> str:
    return _("{n} answer", "{n} answers", number).format(n=format_number(number))


def count_seconds(number: int) -> str:
    """Return a duration for use after "in", which takes its own case in Russian."""
    return _("{n} second", "{n} seconds", number).format(n=format_number(number))


def format_number(number: int) -> str:
    """Format a number, from 10 000 on with a no-break space between groups of thousands."""
    return f"{number:,}".replace(",", _GROUP_SEPARATOR) if number >= _GROUPED_FROM else str(number)


def format_size(size: int) -> str:
    """Format bytes as whole KB or MB, rounded up: a size above a limit never looks equal to it."""
    if size < _MEGABYTE:
        return _("{n} KB").format(n=math.ceil(size / _KILOBYTE))
    return _("{n} MB").format(n=math.ceil(size / _MEGABYTE))
