"""Texts about files being added and about stored documents."""

import html
from collections.abc import Sequence

from aiogram.utils.i18n import gettext as _

from personal_bot.documents.records import DocumentCard
from personal_bot.documents.uploads import FileStage
from personal_bot.errors import (
    DiskFullError,
    DocumentError,
    DownloadError,
    DuplicateDocumentError,
    OpenAIError,
    PersonalBotError,
)
from personal_bot.telegram.markup import MESSAGE_LIMIT, count_utf16_units, shorten
from personal_bot.telegram.texts import reports
from personal_bot.telegram.texts.explanations import NAME_LIMIT, explain
from personal_bot.telegram.texts.numbers import (
    count_answers,
    count_documents,
    count_files,
)

_LINES_LIMIT = MESSAGE_LIMIT - 100  # UTF-16 code units; the rest is for the title
_REASONS_SHOWN = 5  # refused files of an archive that are listed with a reason
KNOWN = "☑️"  # begins the line of a file that is among the documents already


def name_file(name: str) -> str:
    """Return a file name, shortened and escaped for HTML."""
    return html.escape(shorten(name, NAME_LIMIT))


def show_queued(name: str) -> str:
    return _("🕓 {name} — waiting").format(name=name_file(name))


def show_downloading(name: str) -> str:
    return _("⏳ {name} — downloading").format(name=name_file(name))


def show_stage(name: str, stage: FileStage) -> str:
    """Return the line of a file with a progress bar."""
    words = {
        FileStage.STORED: _("stored"),
        FileStage.READ: _("read"),
        FileStage.SPLIT: _("split"),
        FileStage.EMBEDDED: _("embedded"),
        FileStage.INDEXED: _("indexed"),
    }
    done = list(words).index(stage) + 1
    bar = "▰" * done + "▱" * (len(words) - done)
    return f"⏳ {name_file(name)}\n{bar} {words[stage]}"


def show_waiting(name: str, error: PersonalBotError) -> str:
    """Return the line of a file that will be retried automatically."""
    match error:
        case OpenAIError():
            text = _("{service} is not responding; I will retry automatically")
            reason = text.format(service=html.escape(error.service))
        case DownloadError():
            reason = _("Telegram has not provided the file yet; I will retry automatically")
        case DiskFullError():
            reason = _("the server's disk is full; I will retry automatically")
        case _:
            reason = _("document storage is not responding; I will retry automatically")
    return f"⏸ {name_file(name)} — {reason}"


def show_indexed(card: DocumentCard, *, replaced: bool) -> str:
    facts = reports.summarize(card)
    if replaced:
        facts += " · " + _("replaces the earlier version")
    return f"{reports.mark(card.report)} {name_file(card.name)} — {facts}"


def show_unpacked(
    name: str, cards: Sequence[DocumentCard], refused: Sequence[DocumentError]
) -> str:
    """Return the lines of an archive or mail, with files of which something was not read."""
    lossy = [card for card in cards if not card.report.is_complete]
    failed = [error for error in refused if not isinstance(error, DuplicateDocumentError)]
    known = [error for error in refused if isinstance(error, DuplicateDocumentError)]
    if cards:
        mark = "⚠️" if lossy else "✅"
    elif failed or not known:
        mark = "❌"
    else:
        mark = KNOWN
    lines = [f"{mark} {name_file(name)} — {count_documents(len(cards))}"]
    lines += [show_indexed(card, replaced=False) for card in lossy[:_REASONS_SHOWN]]
    lines += [show_refused(error.name, explain(error)) for error in failed[:_REASONS_SHOWN]]
    lines += [show_known(error) for error in known[:_REASONS_SHOWN]]
    more = sum(max(0, len(errors) - _REASONS_SHOWN) for errors in (failed, known))
    if more:
        lines.append(_("… and {files} more not added").format(files=count_files(more)))
    return "\n".join(lines)


def show_refused(name: str, reason: str) -> str:
    """Return the line of a file and, set off from the lines of other files, why it was refused."""
    return f"❌ {name_file(name)}\n<blockquote>{reason}</blockquote>"


def show_known(error: DuplicateDocumentError) -> str:
    """Return the line of a file whose content is among the documents already."""
    if error.original == error.name:
        fact = _("I already have it")
    else:
        fact = _("I already have it, as “{name}”").format(name=name_file(error.original))
    return f"{KNOWN} {name_file(error.name)} — {fact}"


def show_progress(lines: Sequence[str], done: int, added: int = 0, known: int = 0) -> str:
    """Return the progress message of files that arrived together.

    `added` of them became documents, `known` were documents before.
    """
    total = len(lines)
    if done < total:
        title = _("Reading {files}, done: {done}").format(files=count_files(total), done=done)
    elif added == total:
        title = _("Done. Ask me about it.", "Done. Ask me about them.", total)
    elif known == total:
        title = _("I already have this file.", "I already have these files.", total)
    elif added or known:
        title = _("Done. Added: {added} of {total}").format(added=added, total=total)
        if known:
            title += " · " + _("already here: {n}").format(n=known)
    else:
        title = _("This file was not added.", "These files were not added.", total)
    text = "\n".join(lines)
    if count_utf16_units(text) > _LINES_LIMIT:  # leave out the reasons to make it fit
        text = "\n".join(line.partition("\n")[0] for line in lines)
    return f"<b>{title}</b>\n\n{text}"


def confirm_keeping_both(name: str, renamed: str) -> str:
    return _(
        "I am keeping both. The newer one is now “{renamed}”; I am reading the earlier “{name}” "
        "again."
    ).format(name=name_file(name), renamed=name_file(renamed))


def say_too_late_to_keep_both() -> str:
    """Return plain text, for an alert."""
    return _("The earlier version is no longer known. Send it again under another name.")


def offer_reading_anew(documents: int) -> str:
    return _(
        "I now read documents more faithfully: tables, headers and footers, forms, notes and more; "
        "and I can calculate with tables. I can read your {documents} anew from this chat, so that "
        "answers profit; nothing has to be sent again. It costs at most as much as reading them "
        "the first time. Until then, they stay as they are."
    ).format(documents=count_documents(documents))


def confirm_reading_anew(files: int) -> str:
    return _("I am reading {files} anew.").format(files=count_files(files))


def keep_reading() -> str:
    return _("All right, your documents stay as they are. To have one read anew, send it again.")


def fail_file() -> str:
    return _("Something went wrong on my side. Please send it again.")


def list_documents(
    cards: Sequence[DocumentCard], first: int, total: int, pinned: frozenset[int] = frozenset()
) -> str:
    """Return a page of the list of documents, numbered from `first`; `pinned` are document ids."""
    if not cards:
        return _("You have no documents here. Send me a file.")
    lines = [f"<b>{count_documents(total)}</b>", ""]
    for number, card in enumerate(cards, first):
        mark = "" if card.report.is_complete else f"{reports.mark(card.report)} "
        mark += "📌 " if card.document_id in pinned else ""
        lines.append(f"{number}. {mark}{name_file(card.name)} — {reports.summarize(card)}")
    lines += [
        "",
        _("Tap a number to see what I read of a document, to ask about it alone, or to delete it."),
    ]
    return "\n".join(lines)


def ask_deletion(name: str) -> str:
    return _("Delete “{name}”? I will no longer use it in answers.").format(name=name_file(name))


def show_deleting() -> str:
    return _("Deleting…")


def confirm_deletion(name: str, withdrawn: int) -> str:
    """Return the confirmation; `withdrawn` answers were made with the document."""
    text = _("“{name}” has been deleted.").format(name=name_file(name))
    if not withdrawn:
        return text
    more = _(
        "I have also removed {answers} made with it from our conversation and will not use them "
        "again. What you see in this chat stays until you delete it."
    ).format(answers=count_answers(withdrawn))
    return f"{text} {more}"


def ask_clearing(documents: int) -> str:
    return _("Delete {documents} and our conversation? This cannot be undone.").format(
        documents=count_documents(documents)
    )


def confirm_clearing(documents: int) -> str:
    return _(
        "Deleted: {documents} and our conversation. Send me new files whenever you like."
    ).format(documents=count_documents(documents))


def say_nothing_to_clear() -> str:
    return _("You have no documents here, so there is nothing to delete.")


def cancel_deletion() -> str:
    return _("Nothing was deleted.")


def fail_deletion() -> str:
    return _("Sorry, I could not delete it. Please try again in a minute.")
