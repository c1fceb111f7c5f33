"""The source of a statement in an answer."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """The source that `[number]` in an answer cites.

    `chat_id` and `message_id` identify the message of the upload. `page` is the page of the quote,
    or None if the format has no pages. `citation_id` is the id of the stored row, None before it
    is stored. `version` is the version of the document that was quoted, and `passage` the position
    of the quoted passage in it, from 0, or None if it is not known.
    """

    number: int
    document_name: str
    page: int | None
    quote: str
    chat_id: int
    message_id: int
    document_id: int | None = None
    citation_id: int | None = None
    version: str = ""
    passage: int | None = None
