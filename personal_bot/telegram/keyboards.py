"""Inline keyboards and their callback data (64 bytes at most)."""

from collections.abc import Sequence
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup
from aiogram.utils.i18n import gettext as _
from pydantic import Field

from personal_bot.answers.sources import Source
from personal_bot.documents.records import DocumentCard
from personal_bot.storage.models import Rating
from personal_bot.telegram.languages import NAMES
from personal_bot.telegram.markup import shorten, shorten_name
from personal_bot.telegram.texts.answers import add_page

SOURCES_IN_COLUMN = 4  # more of them stand in two columns
SOURCE_LIMIT = 30  # characters of a file name on a button as wide as the message
HALF_SOURCE_LIMIT = 12  # characters of a file name on a button half as wide
CARDS_IN_ROW = 4
ROWS_BELOW_UPLOAD = 8
NAME_LIMIT = 30  # characters of a file name on a button
SAMPLE_LIMIT = 40  # characters of a text on a button


# Callback data can be forged, so numbers are limited to those that SQLite can store.
Id = Annotated[int, Field(ge=1, lt=2**63)]
Page = Annotated[int, Field(ge=0, lt=2**31)]


class SourceButton(CallbackData, prefix="source"):
    citation_id: Id


class AroundButton(CallbackData, prefix="around"):
    """Shows a cited passage with those before and after it."""

    citation_id: Id


class StopButton(CallbackData, prefix="stop"):
    """Stops the answer that its message shows, or takes back the question that waits there."""


class RetryButton(CallbackData, prefix="retry"):
    """Asks a question again that has no answer."""


class AgainButton(CallbackData, prefix="again"):
    """Asks a question again whose answer its message shows, with a wider search."""


class RatingButton(CallbackData, prefix="rate"):
    rating: Rating


class PageButton(CallbackData, prefix="docs"):
    page: Page


class DeleteButton(CallbackData, prefix="delete"):
    document_id: Id
    page: Page
    confirmed: bool = False


class CardButton(CallbackData, prefix="card"):
    """Shows what was read of a document: in place of the list's `page`, or in a new message."""

    document_id: Id
    page: Page = 0
    in_list: bool = False


class KeepBothButton(CallbackData, prefix="both"):
    document_id: Id


class EncodingButton(CallbackData, prefix="encoding"):
    document_id: Id
    encoding: Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,20}$")]


class ReadAnewButton(CallbackData, prefix="anew"):
    confirmed: bool


class ClearButton(CallbackData, prefix="clear"):
    confirmed: bool


class LanguageButton(CallbackData, prefix="language"):
    language: str


def show_answer(quotations: Sequence[Source], rating: Rating | None = None) -> InlineKeyboardMarkup:
    """Return the buttons under an answer: its sources, another try, and a rating."""
    return _markup([*_list_sources(quotations), _list_opinions(rating)])


def _list_sources(quotations: Sequence[Source]) -> list[list[InlineKeyboardButton]]:
    """Return buttons that show the quotes: `1 · contract.pdf, p. 3`."""
    sources = [found for found in quotations if found.citation_id is not None]
    columns = 1 if len(sources) <= SOURCES_IN_COLUMN else 2
    limit = SOURCE_LIMIT if columns == 1 else HALF_SOURCE_LIMIT
    buttons = [
        _button(_label_source(found, limit), SourceButton(citation_id=found.citation_id))
        for found in sources
    ]
    return _rows(buttons, columns)


def _list_opinions(rating: Rating | None) -> list[InlineKeyboardButton]:
    signs = {Rating.GOOD: "👍", Rating.BAD: "👎"}
    return [
        _button("🔄", AgainButton()),
        *(
            _button(f"{sign} ✓" if value == rating else sign, RatingButton(rating=value))
            for value, sign in signs.items()
        ),
    ]


def offer_passages_around(citation_id: int) -> InlineKeyboardMarkup:
    return _markup([[_button(_("↕️ Around it"), AroundButton(citation_id=citation_id))]])


def offer_stop() -> InlineKeyboardMarkup:
    return _markup([[_button(_("⏹ Stop"), StopButton())]])


def offer_taking_back() -> InlineKeyboardMarkup:
    return _markup([[_button(_("✖️ Take back"), StopButton())]])


def offer_retry() -> InlineKeyboardMarkup:
    return _markup([[_button(_("🔄 Try again"), RetryButton())]])


def show_added(cards: Sequence[DocumentCard]) -> InlineKeyboardMarkup | None:
    """Return buttons below an upload: for its only document, or for those that need attention."""
    if len(cards) == 1:
        rows = [[_button(_("ℹ️ Details"), CardButton(document_id=cards[0].document_id))]]
    else:
        rows = [
            [_button(f"ℹ️ {_shorten(card)}", CardButton(document_id=card.document_id))]
            for card in cards
            if not card.report.is_complete
        ]
    rows += [
        [_button(_keep_both(card, len(cards)), KeepBothButton(document_id=card.document_id))]
        for card in cards
        if card.former is not None
    ]
    return _markup(rows[:ROWS_BELOW_UPLOAD]) if rows else None


def show_card(card: DocumentCard, page: int) -> InlineKeyboardMarkup:
    """Return the buttons of a document's card, with samples of a text in other encodings."""
    in_archive = "/" in card.name  # whose other files may be encoded otherwise
    encodings = [] if in_archive else card.report.encodings[1:]
    rows = [
        [
            _button(
                f"🔤 {shorten(sample, SAMPLE_LIMIT)}",
                EncodingButton(document_id=card.document_id, encoding=name),
            )
        ]
        for name, sample in encodings
    ]
    if card.former is not None:
        rows.append([_button(_keep_both(card, 1), KeepBothButton(document_id=card.document_id))])
    delete = DeleteButton(document_id=card.document_id, page=page)
    back = PageButton(page=page)
    rows.append([_button(_("🗑 Delete"), delete), _button(_("◀️ Documents"), back)])
    return _markup(rows)


def offer_reading_anew() -> InlineKeyboardMarkup:
    return _markup(
        [
            [_button(_("Read anew"), ReadAnewButton(confirmed=True))],
            [_button(_("Not now"), ReadAnewButton(confirmed=False))],
        ]
    )


def list_documents(
    cards: Sequence[DocumentCard], first: int, page: int, pages: int
) -> InlineKeyboardMarkup | None:
    """Return buttons that show each document, numbered from `first`, and those to turn pages."""
    buttons = [
        _button(f"ℹ️ {number}", CardButton(document_id=card.document_id, page=page, in_list=True))
        for number, card in enumerate(cards, first)
    ]
    rows = _rows(buttons, CARDS_IN_ROW)
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


def leave_out(keyboard: InlineKeyboardMarkup, data: str | None) -> InlineKeyboardMarkup | None:
    """Return a keyboard without the buttons that have this callback data."""
    rows = [
        [button for button in row if button.callback_data != data]
        for row in keyboard.inline_keyboard
    ]
    rows = [row for row in rows if row]
    return _markup(rows) if rows else None


def open_master(username: str | None) -> InlineKeyboardMarkup | None:
    """Return a button that leads to the master, if its username is known."""
    if not username:
        return None
    link = InlineKeyboardButton(
        text=_("Open @{username}").format(username=username), url=f"https://t.me/{username}"
    )
    return _markup([[link]])


def confirm_deletion(document_id: int, page: int) -> InlineKeyboardMarkup:
    delete = DeleteButton(document_id=document_id, page=page, confirmed=True)
    return _markup([[_button(_("🗑 Delete"), delete), _button(_("Keep"), PageButton(page=page))]])


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


def _label_source(found: Source, limit: int) -> str:
    name = shorten_name(found.document_name.rpartition("/")[2], limit)
    return f"{found.number} · {add_page(name, found.page)}"


def _keep_both(card: DocumentCard, cards: int) -> str:
    if cards == 1:
        return _("Keep both versions")
    return _("Keep both: {name}").format(name=_shorten(card))


def _shorten(card: DocumentCard) -> str:
    return shorten(card.name, NAME_LIMIT)


def _button(text: str, data: CallbackData) -> InlineKeyboardButton:
    return InlineKeyboardButton(text=text, callback_data=data.pack())


def _rows(buttons: list[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    return [buttons[start : start + width] for start in range(0, len(buttons), width)]


def _markup(rows: list[list[InlineKeyboardButton]]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(inline_keyboard=rows)
