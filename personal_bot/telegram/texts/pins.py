"""Texts about pinned documents: further questions are about them alone."""

import html
from collections.abc import Sequence

from aiogram.utils.i18n import gettext as _

from personal_bot.telegram.markup import shorten
from personal_bot.telegram.rich_text import RichText, Style, styled

_NAME_LIMIT = 60  # characters of each name in a line
_ALERT_NAME_LIMIT = 60  # characters; an alert holds 200


def note_pins(names: Sequence[str]) -> RichText:
    """Return the line under an answer that was looked for in pinned documents only."""
    if not names:
        return RichText()
    return RichText("\n\n") + styled(Style.ITALIC, _describe(names))


def show_pins(names: Sequence[str]) -> str:
    """Return the line above the list of documents, and in the status."""
    return f"<b>{html.escape(_describe(names))}</b>"


def mark_card(text: str) -> str:
    """Return the text of a pinned document's card, with what the pin does."""
    note = _("📌 Pinned: your questions are only about what is pinned. /all ends it.")
    return f"{text}\n\n<i>{note}</i>"


def confirm_pinning(name: str) -> str:
    """Return plain text of at most 200 characters, as it is shown as an alert."""
    return _("📌 From now on, your questions are about “{name}”. /all ends it.").format(
        name=shorten(name, _ALERT_NAME_LIMIT)
    )


def refuse_pinning(limit: int) -> str:
    """Return plain text of at most 200 characters, as it is shown as an alert."""
    return _(
        "{n} documents are pinned, more cannot be. Let go of one first; /docs shows them."
    ).format(n=limit)


def confirm_letting_go() -> str:
    """Return plain text of at most 200 characters: it may be shown as an alert."""
    return _("Your questions are about all your documents again.")


def say_nothing_pinned() -> str:
    """Return plain text of at most 200 characters: it may be shown as an alert."""
    return _("No document is pinned: your questions are about all of them.")


def say_nothing_found() -> str:
    return _(
        "I found nothing about this in what is pinned. Rephrase the question, or send /all to ask "
        "about all your documents again."
    )


def _describe(names: Sequence[str]) -> str:
    return _("📌 Only about {names}").format(
        names=", ".join(shorten(name, _NAME_LIMIT) for name in names)
    )
