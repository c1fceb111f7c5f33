"""Inline keyboards and their callback data (64 bytes at most)."""

from collections.abc import Sequence
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _
from pydantic import Field

from personal_bot.answers.sources import Source
from personal_bot.telegram.languages import NAMES
from personal_bot.telegram.texts.documents import ListedDocument

SOURCES_IN_ROW = 5
DELETIONS_IN_ROW = 4


# Callback data can be forged, so numbers are limited to those that SQLite can store.
Id = Annotated[int, Field(ge=1, lt=2**63)]
Page = Annotated[int, Field(ge=0, lt=2**31)]


class SourceButton(CallbackData, prefix="source"):
    citation_id: Id


class RetryButton(CallbackData, prefix="retry"):
    pass


class PageButton(CallbackData, prefix="docs"):
    page: Page


class DeleteButton(CallbackData, prefix="delete"):
    document_id: Id
    page: Page
    confirmed: bool = False


class ClearButton(CallbackData, prefix="clear"):
    confirmed: bool


class LanguageButton(CallbackData, prefix="language"):
    language: str


def show_sources(quotations: Sequence[Source]) -> InlineKeyboardMarkup | None:
    buttons = [
        _button(f"📄 {found.number}", SourceButton(citation_id=found.citation_id))
        for found in quotations
        if found.citation_id is not None
    ]
    return _markup(_rows(buttons, SOURCES_IN_ROW)) if buttons else None


def offer_retry() -> InlineKeyboardMarkup:
    return _markup([[_button(_("🔄 Try again"), RetryButton())]])


def list_documents(
    documents: Sequence[tuple[int, ListedDocument]], page: int, pages: int
) -> InlineKeyboardMarkup | None:
    """Return buttons that delete each (document_id, line), and buttons to turn pages."""
    buttons = [
        _button(f"🗑 {listed.number}", DeleteButton(document_id=document_id, page=page))
        for document_id, listed in documents
    ]
    rows = _rows(buttons, DELETIONS_IN_ROW)
    if pages > 1:
        before, after = (page - 1) % pages, (page + 1) % pages
        rows.append(
            [
                _button("◀️", PageButton(page=before)),
                _button(f"{page + 1} / {pages}", PageButton(page=page)),
                _button("▶️", PageButton(page=after)),
            ]
        )
    return _markup(rows) if rows else None


def confirm_deletion(document_id: int, page: int) -> InlineKeyboardMarkup:
    delete = DeleteButton(document_id=document_id, page=page, confirmed=True)
    return _markup([[_button(_("🗑 Delete"), delete), _button(_("Keep"), PageButton(page=page))]])


def go_back(page: int) -> InlineKeyboardMarkup:
    return _markup([[_button(_("◀️ Documents"), PageButton(page=page))]])


def confirm_clearing() -> InlineKeyboardMarkup:
    return _markup(
        [
            [_button(_("🗑 Delete all"), ClearButton(confirmed=True))],
            [_button(_("Keep"), ClearButton(confirmed=False))],
        ]
    )


def choose_language() -> InlineKeyboardMarkup:
    return _markup(
        [[_button(name, LanguageButton(language=language)) for language, name in NAMES.items()]]
    )


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _rows(buttons: list[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def _markup(rows: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=rows)
