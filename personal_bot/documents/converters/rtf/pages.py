"""Reads RTF: text, tables, lists, notes, headers and the results of fields.

Hidden and deleted text is left out. Headers and footers stand where their section declares them.
"""

from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from personal_bot.documents.converters.content import Page, Remark
from personal_bot.documents.converters.protocol import Hints, Limits, RefusalError, RefusalKind
from personal_bot.documents.converters.rtf.reader import Reader
from personal_bot.documents.converters.rtf.tokens import read_tokens


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    content = source.read()
    if not content.lstrip().startswith(b"{\\rtf"):
        raise RefusalError(RefusalKind.DAMAGED, "not an rtf")
    reader = Reader()
    for token in read_tokens(content):
        reader.read(token)
    blocks = reader.finish()
    remarks = [
        Remark(kind, count, detail) for (kind, detail), count in Counter(reader.remarks).items()
    ]
    yield Page(None, blocks, remarks=remarks)
