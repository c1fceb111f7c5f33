"""Explains each error: what happened, and what the owner can do."""

import html
from collections.abc import Callable

from aiogram.utils.i18n import gettext as _

from personal_bot import errors
from personal_bot.contract.service_names import OPENAI
from personal_bot.errors import PersonalBotError
from personal_bot.telegram.markup import shorten
from personal_bot.telegram.texts import service_errors
from personal_bot.telegram.texts.numbers import (
    count_documents,
    count_files,
    count_passages,
    count_questions,
    format_size,
)
from personal_bot.telegram.texts.refusals import explain_unsupported

NAME_LIMIT = 60  # characters of a file name in a line


def explain(error: PersonalBotError, master_username: str | None = None) -> str:
    """Explain an error as HTML. `master_username` names the bot that changes the key, if known."""
    for kind in type(error).__mro__:
        if kind in _EXPLANATIONS:
            return _EXPLANATIONS[kind](error).format(
                master=name_master(master_username),
                service=html.escape(getattr(error, "service", OPENAI)),
                model=html.escape(getattr(error, "model", "")),
            )
    return _general(error)


def name_master(username: str | None) -> str:
    """Return the mention of the master, or a description of it if its username is unknown."""
    if not username:
        return _("the bot that created me")
    return _("@{username}").format(username=html.escape(username))


def _general(error: PersonalBotError) -> str:  # noqa: ARG001 - all explanations have one signature
    return _("Something went wrong on my side. Please try again in a minute.")


def _document(error: errors.DocumentError) -> str:  # noqa: ARG001
    return _("I could not read this file. Save it again or as a PDF, and resend it.")


def _too_large(error: errors.FileTooLargeError) -> str:
    return _(
        "It is {size}, and the limit is {limit}. Split or compress it, then send it again."
    ).format(size=format_size(error.size), limit=format_size(error.limit))


def _unsupported(error: errors.UnsupportedFileError) -> str:
    return explain_unsupported(error.detail)


def _duplicate(error: errors.DuplicateDocumentError) -> str:
    # Escape braces, because `explain` formats the result.
    name = shorten(error.original, NAME_LIMIT).replace("{", "{{").replace("}", "}}")
    return _("I already have the same content, as “{name}”.").format(name=html.escape(name))


def _quota(error: errors.QuotaError) -> str:
    phrase = {
        errors.Resource.DOCUMENTS: count_documents,
        errors.Resource.PASSAGES: count_passages,
        errors.Resource.SIZE: format_size,
    }[error.resource]
    added, limit = phrase(error.added), phrase(error.limit)
    if error.added > error.limit:
        return _(
            "It has {added}, but the limit for all your documents together is {limit}. Send a "
            "smaller part of it."
        ).format(added=added, limit=limit)
    return _(
        "There is no room for it: your limit is {limit}, you have {used}, and this would add "
        "{added}. Delete what you do not need with /docs, then send it again."
    ).format(limit=limit, used=phrase(error.used), added=added)


def _queue_full(error: errors.QueueFullError) -> str:
    """Return plain text: it may be shown as an alert."""
    if error.kind == "question":
        waiting = count_questions(error.waiting)
    else:
        waiting = count_files(error.waiting)
    return _(
        "I did not accept this: {waiting} are already waiting. Send it again when the queue is "
        "shorter."
    ).format(waiting=waiting)


def _say(text: Callable[[], str]) -> Callable[[PersonalBotError], str]:
    return lambda _error: text()


_EXPLANATIONS: dict[type[BaseException], Callable[..., str]] = {
    PersonalBotError: _general,
    errors.StartError: _say(
        lambda: _("I could not start. Send <code>/debug</code> to {master} to see what is wrong.")
    ),
    errors.DocumentError: _document,
    errors.FileTooLargeError: _too_large,
    errors.UnsupportedFileError: _unsupported,
    errors.EmptyFileError: _say(lambda: _("The file is empty. Check it, then send it again.")),
    errors.DamagedFileError: _say(
        lambda: _("The file is damaged and cannot be opened. Save it again and resend it.")
    ),
    errors.PasswordProtectedError: _say(
        lambda: _("The file is password-protected. Remove the password and send it again.")
    ),
    errors.NoTextError: _say(
        lambda: _(
            "It contains no text, only pictures or scanned pages. Run it through text recognition "
            "(OCR) and send the result."
        )
    ),
    errors.ConversionLimitError: _say(
        lambda: _("It is too large or too complex. Split it into parts and send those.")
    ),
    errors.ArchiveError: _say(
        lambda: _(
            "I cannot unpack this archive: it contains too many files, other archives or unsafe "
            "file names. Send the documents themselves."
        )
    ),
    errors.UploadGoneError: _say(
        lambda: _(
            "I no longer find this upload in our chat, so I cannot read it anew. Send the file "
            "again."
        )
    ),
    errors.DuplicateDocumentError: _duplicate,
    errors.QuotaError: _quota,
    errors.QueueFullError: _queue_full,
    errors.DocumentNotFoundError: _say(
        lambda: _("This document no longer exists. Send /docs to see your documents.")
    ),
    errors.DownloadError: _say(
        lambda: _("Telegram did not provide this file. Please send it again in a few minutes.")
    ),
    **service_errors.EXPLANATIONS,
    errors.StoreError: _say(
        lambda: _("I cannot reach your documents right now. Please try again in a minute.")
    ),
    errors.DiskFullError: _say(
        lambda: _(
            "This server's disk is full. Please tell its operator, and try again when there is "
            "space."
        )
    ),
    errors.QdrantUnreachableError: _say(
        lambda: _(
            "Document storage is not responding right now. Your documents are safe; please try "
            "again in a few minutes."
        )
    ),
    errors.IndexDamagedError: _say(
        lambda: _(
            "The index of your documents is damaged. Send /clear and then your files again to "
            "rebuild it."
        )
    ),
    errors.IndexVersionError: _say(
        lambda: _(
            "The index of your documents was built by a newer version of this program. Only the "
            "operator of this server can fix that by updating it; please tell them."
        )
    ),
    errors.IndexMismatchError: _say(
        lambda: _(
            "Your documents were indexed for a different model. Send /clear and then your files "
            "again."
        )
    ),
}
