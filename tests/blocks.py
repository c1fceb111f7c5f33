"""Shows what converters yield, for assertions."""

import io
from collections.abc import Iterable

from personal_bot.documents.converters.content import Block, Page, Remark
from personal_bot.documents.converters.protocol import DEFAULT, Hints, Limits


def read(converter, content: bytes, limits: Limits = DEFAULT, **hints: str) -> list[Page]:
    """Return the pages that a converter's module reads from a file, with their blocks as lists."""
    pages = converter.read_pages(io.BytesIO(content), limits, Hints(**hints))
    return [Page(page.number, [*page.blocks], page.title, [*page.remarks]) for page in pages]


def show_block(block: Block) -> str:
    return f"{block.lead}\n{block.text}".strip("\n")


def show(pages: Iterable[Page]) -> str:
    """Return the text of all blocks, a line or more each."""
    return "\n".join(show_block(block) for page in pages for block in page.blocks)


def list_remarks(pages: Iterable[Page]) -> list[Remark]:
    return [remark for page in pages for remark in page.remarks]
