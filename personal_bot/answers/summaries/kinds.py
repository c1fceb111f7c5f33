"""What can be made of a whole document."""

from enum import StrEnum


class Kind(StrEnum):
    """What is made. QUESTION is the owner's own question about everything that is read."""

    SUMMARY = "summary"
    DATES = "dates"
    PARTIES = "parties"
    SIMPLE = "simple"
    QUESTION = "question"


OFFERED = (Kind.SUMMARY, Kind.DATES, Kind.PARTIES, Kind.SIMPLE)
"""The kinds that a document's card has buttons for."""

SELECTIVE = (Kind.DATES, Kind.PARTIES, Kind.QUESTION)
"""The kinds that need only the passages that a search finds, if there is too much to read."""
