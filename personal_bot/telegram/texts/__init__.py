"""Every sentence the bot says, in the language of the moment; HTML with all foreign text escaped.

Call inside `Languages.speaking` or an update that the language middleware has seen.
"""

from personal_bot.telegram.texts.explanations import explain
from personal_bot.telegram.texts.numbers import (
    count_documents,
    count_files,
    count_pages,
    count_passages,
    format_size,
)

__all__ = [
    "count_documents",
    "count_files",
    "count_pages",
    "count_passages",
    "explain",
    "format_size",
]
