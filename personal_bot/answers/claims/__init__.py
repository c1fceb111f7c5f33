"""Checks by code what an answer claims: numbers, dates, amounts, names and quoted words.

Everything here is a pure function of the answer and the texts that the model was given. A false
alarm costs more trust than a miss, so whatever may follow from the texts counts as supported.
"""

from personal_bot.answers.claims.checking import check_claims
from personal_bot.answers.claims.unsupported import (
    Kind,
    Support,
    Unsupported,
    describe,
    mark_unsupported,
    summarize,
)

__all__ = [
    "Kind",
    "Support",
    "Unsupported",
    "check_claims",
    "describe",
    "mark_unsupported",
    "summarize",
]
