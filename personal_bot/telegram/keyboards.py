"""Inline keyboards and their callback data (64 bytes at most)."""

from collections.abc import Sequence
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _
from pydantic import Field

from personal_bot.answers.sources import Source
from personal_bot.telegram.languages import NAMES
from personal_bot.telegram.texts.documents import Listed

SOURCES_IN_ROW = 5
DELETIONS_IN_ROW = 4


# Callback data can be forged, so numbers are limited to those that SQLite can store.
Id = Annotated[int, Field(ge=1, lt=2**63)]
Page = Annotated[int, Field(ge=0, lt=2**31)]


class SourceTap(CallbackData, prefix="source"):
    citation_id: Id


class RetryTap(CallbackData, prefix="retry"):
    pass


class PageTap(CallbackData, prefix="docs"):
    page: Page


class DeleteTap(CallbackData, prefix="delete"):
    document_id: Id
    page: Page
    confirmed: bool = False


class ClearTap(CallbackData, prefix="clear"):
    confirmed: bool


class LanguageTap(CallbackData, prefix="language"):
    language: str


def show_sources(quotations: Sequence[Source]) -> InlineKeyboardMarkup | None:
    buttons = [
        _button(f"📄 {found.number}", SourceTap(citation_id=found.citation_id))
        for found in quotations
        if found.citation_id is not None
    ]
    return _markup(_rows(buttons, SOURCES_IN_ROW)) if buttons else None


def offer_retry() -> InlineKeyboardMarkup:
    return _markup([[_button(_("🔄 Try again"), RetryTap())]])


def list_documents(
    documents: Sequence[tuple[int, Listed]], page: int, pages: int
) -> InlineKeyboardMarkup | None:
    """Return buttons that delete each (document_id, line), and buttons to turn pages."""
    buttons = [
        _button(f"🗑 {listed.number}", DeleteTap(document_id=document_id, page=page))
        for document_id, listed in documents
    ]
    rows = _rows(buttons, DELETIONS_IN_ROW)
    if pages > 1:
        before, after = (page - 1) % pages, (page + 1) % pages
        rows.append(
            [
                _button("◀️", PageTap(page=before)),
                _button(f"{page + 1} / {pages}", PageTap(page=page)),
                _button("▶️", PageTap(page=after)),
            ]
        )
    return _markup(rows) if rows else None


def confirm_deletion(document_id: int, page: int) -> InlineKeyboardMarkup:
    delete = DeleteTap(document_id=document_id, page=page, confirmed=True)
    return _markup([[_button(_("🗑 Delete"), delete), _button(_("Keep"), PageTap(page=page))]])


def go_back(page: int) -> InlineKeyboardMarkup:
    return _markup([[_button(_("◀️ Documents"), PageTap(page=page))]])


def confirm_clearing() -> InlineKeyboardMarkup:
    return _markup(
        [
            [_button(_("🗑 Delete all"), ClearTap(confirmed=True))],
            [_button(_("Keep"), ClearTap(confirmed=False))],
        ]
    )


def choose_language() -> InlineKeyboardMarkup:
    return _markup(
        [[_button(name, LanguageTap(language=language)) for language, name in NAMES.items()]]
    )


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _rows(buttons: list[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def _markup(rows: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=rows)
