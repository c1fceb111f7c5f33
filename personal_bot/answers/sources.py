"""What an answer rests on."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """What stands behind `[number]` in an answer; `message_id` is the upload that it came from.

    `page` is that of the quote, None where the format has none. `citation_id` is of the stored row.
    """

    number: int
    document_name: str
    page: int | None
    quote: str
    chat_id: int
    message_id: int
    document_id: int | None = None
    citation_id: int | None = None
