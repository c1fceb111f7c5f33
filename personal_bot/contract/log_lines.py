"""The lines of all logs: times with their offset from UTC, errors in words."""

import logging
from datetime import datetime


class LineFormatter(logging.Formatter):
    """Formats `2026-05-03 14:05:09.123+02:00 INFO logger: message`, in local time."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatTime(  # noqa: N802 - logging's name
        self, record: logging.LogRecord, datefmt: str | None = None
    ) -> str:
        moment = datetime.fromtimestamp(record.created).astimezone()
        return moment.strftime(datefmt) if datefmt else moment.isoformat(" ", "milliseconds")


def put_in_words(value: object) -> object:
    """Return an error in words, without Python's number of it; return anything else as it is.

    `str` makes `[Errno 2] No such file or directory: '/x'` of an OSError, and nothing of an error
    without arguments, such as most timeouts.
    """
    if isinstance(value, OSError) and value.strerror and str(value).startswith("[Errno"):
        return f"{value.filename}: {value.strerror}" if value.filename else value.strerror
    if isinstance(value, BaseException) and not str(value):
        return type(value).__name__
    return value
