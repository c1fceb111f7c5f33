"""All texts of the bot, in the current language; HTML with foreign text escaped.

Call inside `Languages.speaking`, or while handling an update that passed the language middleware.
"""

from personal_bot.telegram.texts.explanations import explain
from personal_bot.telegram.texts.numbers import (
    count_documents,
    count_files,
    count_pages,
    count_passages,
    format_number,
    format_size,
)

__all__ = [
    "count_documents",
    "count_files",
    "count_pages",
    "count_passages",
    "explain",
    "format_number",
    "format_size",
]
