"""Lists the files in a ZIP archive."""

from functools import partial
from typing import BinaryIO

from personal_bot.documents.converters.containers import (
    Container,
    Member,
    check_entry,
    is_junk,
    read_name,
)
from personal_bot.documents.converters.protocol import Limits, RefusalError, RefusalKind


def list_members(source: BinaryIO, limits: Limits) -> list[Member]:
    """List the files, without those that operating systems add.

    Raises RefusalError for a hostile or empty archive.
    """
    container = Container(source, limits, RefusalKind.ARCHIVE)
    for entry in container.entries:
        check_entry(entry)
    entries = [e for e in container.entries if not e.is_dir() and not is_junk(e.filename)]
    if not entries:
        raise RefusalError(RefusalKind.EMPTY)
    if len(entries) > limits.archive_files:
        raise RefusalError(RefusalKind.ARCHIVE, "files")
    return [Member(read_name(entry), partial(container.read_entry, entry)) for entry in entries]
