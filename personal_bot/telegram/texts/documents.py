"""Texts about files being added and about stored documents."""

import html
from collections.abc import Sequence
from dataclasses import dataclass

from aiogram.utils.i18n import gettext as _

from personal_bot.documents.uploads import FileStage
from personal_bot.errors import (
    DiskFullError,
    DocumentError,
    DownloadError,
    OpenAIError,
    PersonalBotError,
)
from personal_bot.telegram.markup import MESSAGE_LIMIT, count_utf16_units, shorten
from personal_bot.telegram.texts.explanations import NAME_LIMIT, explain
from personal_bot.telegram.texts.numbers import (
    count_documents,
    count_files,
    count_pages,
    count_passages,
)

_LINES_LIMIT = MESSAGE_LIMIT - 100  # UTF-16 code units; the rest is for the title
_REASONS_SHOWN = 5  # refused files of an archive that are listed with a reason


@dataclass(frozen=True)
class ListedDocument:
    """A document in the list of documents."""

    number: int
    name: str
    pages: int
    passages: int


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
            reason = _("OpenAI is not responding; I will retry automatically")
        case DownloadError():
            reason = _("Telegram has not provided the file yet; I will retry automatically")
        case DiskFullError():
            reason = _("the server's disk is full; I will retry automatically")
        case _:
            reason = _("document storage is not responding; I will retry automatically")
    return f"⏸ {name_file(name)} — {reason}"


def show_indexed(name: str, pages: int, passages: int, *, replaced: bool) -> str:
    facts = [count_pages(pages)] if pages else []
    facts.append(count_passages(passages))
    if replaced:
        facts.append(_("replaces the earlier version"))
    return f"✅ {name_file(name)} — {', '.join(facts)}"


def show_unpacked(name: str, documents: int, refused: Sequence[DocumentError]) -> str:
    """Return the lines of an archive, with the files in it that were refused."""
    mark = "✅" if documents else "❌"
    lines = [f"{mark} {name_file(name)} — {count_documents(documents)}"]
    lines += [f"❌ {name_file(error.name)}\n{explain(error)}" for error in refused[:_REASONS_SHOWN]]
    more = len(refused) - _REASONS_SHOWN
    if more > 0:
        lines.append(_("… and {files} more not added").format(files=count_files(more)))
    return "\n".join(lines)


def show_refused(name: str, reason: str) -> str:
    return f"❌ {name_file(name)}\n{reason}"


def show_progress(lines: Sequence[str], done: int, added: int = 0) -> str:
    """Return the progress message of files that arrived together."""
    total = len(lines)
    if done < total:
        title = _("Reading {files}, done: {done}").format(files=count_files(total), done=done)
    elif added == total:
        title = _("Done. Ask me about it.", "Done. Ask me about them.", total)
    elif added:
        title = _("Done. Added: {added} of {total}").format(added=added, total=total)
    else:
        title = _("This file was not added.", "These files were not added.", total)
    text = "\n".join(lines)
    if count_utf16_units(text) > _LINES_LIMIT:  # leave out the reasons to make it fit
        text = "\n".join(line.partition("\n")[0] for line in lines)
    return f"<b>{title}</b>\n\n{text}"


def fail_file() -> str:
    return _("Something went wrong on my side. Please send it again.")


def list_documents(documents: Sequence[ListedDocument], total: int) -> str:
    if not documents:
        return _("You have no documents here. Send me a file.")
    lines = [f"<b>{count_documents(total)}</b>", ""]
    for document in documents:
        facts = [count_pages(document.pages)] if document.pages else []
        facts.append(count_passages(document.passages))
        lines.append(f"{document.number}. {name_file(document.name)} — {', '.join(facts)}")
    lines += ["", _("To delete a document, tap its number.")]
    return "\n".join(lines)


def ask_deletion(name: str) -> str:
    return _("Delete “{name}”? I will no longer use it in answers.").format(name=name_file(name))


def show_deleting() -> str:
    return _("Deleting…")


def confirm_deletion(name: str) -> str:
    return _("“{name}” has been deleted.").format(name=name_file(name))


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
