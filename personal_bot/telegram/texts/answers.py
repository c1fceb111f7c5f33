"""Texts about questions and answers."""

import html
from collections.abc import Sequence

from aiogram.utils.i18n import gettext as _
from aiogram.utils.i18n import ngettext

from personal_bot.answers.references import Omission
from personal_bot.answers.sources import Source
from personal_bot.answers.tools.steps import Step
from personal_bot.errors import DiskFullError, OpenAIError, PersonalBotError
from personal_bot.storage.models import Rating
from personal_bot.telegram.markup import shorten, shorten_start, split
from personal_bot.telegram.rich_text import RichText, Style, styled
from personal_bot.telegram.texts.numbers import count_files

_NAME_LIMIT = 80  # characters
_QUOTE_LIMIT = 1500  # characters
_PASSAGE_LIMIT = 1200  # characters of each of three passages in one message


def wait() -> str:
    return "…"


def wait_for_earlier() -> str:
    return "⏳ " + _("Waiting: I will answer this after the question before it.")


def say_taken_back() -> str:
    return "✖️ " + _("You took this question back, so I did not answer it.")


def say_stopped() -> str:
    return "⏹ " + _("Stopped before the answer began.")


def note_stop(*, is_stopped: bool) -> RichText:
    if not is_stopped:
        return RichText()
    return RichText("\n\n") + styled(Style.ITALIC, "⏹ " + _("You stopped the answer here."))


def say_complete() -> str:
    """Return plain text of at most 200 characters, as it is shown as an alert."""
    return _("There is nothing to stop any more: the answer is complete.")


def say_pending() -> str:
    return _("I am about to answer this question again.")


def confirm_repetition(earlier: int) -> str:
    """Return plain text; `earlier` is the number of questions that are answered first."""
    if not earlier:
        return _("I am searching more widely.")
    return _("I will search more widely after the question before it.")


def confirm_rating(rating: Rating | None) -> str:
    if rating is None:
        return _("Your rating is taken back.")
    return _("Noted. /export brings your ratings.")


def say_answer_gone() -> str:
    """Return plain text of at most 200 characters, as it is shown as an alert."""
    return _("I no longer have this answer: a document was deleted, or the answer is too old.")


def wait_for_files(files: int) -> str:
    return _("I am still reading {files}. I will answer right afterwards.").format(
        files=count_files(files)
    )


def wait_for_service(error: PersonalBotError) -> str:
    """Return the text for a question that will be retried automatically."""
    if isinstance(error, OpenAIError):
        text = _("{service} is not responding; I will retry automatically")
        return "⏸ " + text.format(service=html.escape(error.service))
    if isinstance(error, DiskFullError):
        return "⏸ " + _("the server's disk is full; I will retry automatically")
    return "⏸ " + _("document storage is not responding; I will retry automatically")


def show_step(step: Step) -> RichText:
    """Return what is shown while the model looks something up."""
    words = shorten(step.words, _NAME_LIMIT)
    match step.tool:
        case "search" | "find":
            text = _("🔎 searching for “{words}”").format(words=words)
        case "read" | "outline":
            text = _("📖 reading {name}").format(name=words)
        case "query_table":
            text = _("🧮 calculating")
        case _:
            text = _("🗂 looking through your documents")
    return RichText(f"{text} …")


def list_sources(quotations: Sequence[Source]) -> RichText:
    """Return the list of sources under an answer, each once: `[1][3] name.pdf, p. 3`."""
    if not quotations:
        return RichText()
    numbers: dict[str, str] = {}
    for found in quotations:
        name = name_source(found)
        numbers[name] = f"{numbers.get(name, '')}[{found.number}]"
    lines = "".join(f"\n{marks} {name}" for name, marks in numbers.items())
    return RichText("\n\n") + styled(Style.BOLD, _("Sources")) + RichText(lines)


def name_source(found: Source) -> str:
    """Return the name and page of a source as plain text."""
    return add_page(shorten(found.document_name, _NAME_LIMIT), found.page)


def add_page(name: str, page: int | None) -> str:
    """Return a name, plain text, with a page if there is one."""
    return name if page is None else _("{name}, p. {page}").format(name=name, page=page)


def note_pending(files: int) -> RichText:
    if not files:
        return RichText()
    text = _("Answered without {files} that I am still reading.").format(files=count_files(files))
    return RichText("\n\n") + styled(Style.ITALIC, text)


def note_omission(omission: Omission | None) -> RichText:
    """Return the note about why an answer does not consider the message replied to."""
    match omission:
        case None:
            return RichText()
        case Omission.WITHDRAWN:
            text = _(
                "You replied to something made from a document that has been deleted or replaced, "
                "so I answered without it."
            )
        case Omission.NO_DOCUMENT:
            text = _(
                "The file you replied to is not among your documents, so I searched all of them."
            )
        case Omission.UNKNOWN:
            text = _(
                "I answered without the message you replied to: I can only follow replies to your "
                "own messages, your files and my recent answers."
            )
    return RichText("\n\n") + styled(Style.ITALIC, text)


def note_unsupported(details: int) -> RichText:
    """Return the note below an answer in which so many details are marked as unsupported."""
    if not details:
        return RichText()
    text = ngettext(
        "Check {n} detail marked ⚠️: the sources cited for it do not say so.",
        "Check {n} details marked ⚠️: the sources cited for them do not say so.",
        details,
    ).format(n=details)
    return RichText("\n\n⚠️ ") + styled(Style.ITALIC, text)


def note_replacement(*, replaces: bool, is_wider: bool) -> RichText:
    if not replaces:
        return RichText()
    if is_wider:
        text = _("I searched more widely: this replaces my earlier answer.")
    else:
        text = _("You edited the question: this replaces my earlier answer.")
    return RichText("\n\n") + styled(Style.ITALIC, text)


def show_source(found: Source) -> str:
    title = html.escape(f"[{found.number}] {name_source(found)}")
    quote = html.escape(shorten(found.quote, _QUOTE_LIMIT))
    return f"<b>{title}</b>\n<blockquote>{quote}</blockquote>"


def show_passages_around(found: Source, before: str, passage: str, after: str) -> RichText:
    """Show a cited passage between the one before and the one after it, empty if there is none."""
    title = styled(Style.BOLD, f"[{found.number}] {name_source(found)}")
    limit = _PASSAGE_LIMIT
    parts = [
        RichText(shorten_start(before, limit)),
        styled(Style.QUOTE, shorten(passage, limit)),
        RichText(shorten(after, limit)),
    ]
    for part in parts:
        title += RichText("\n\n") + part if part.text else RichText()
    return split(title)[0]


def say_source_gone() -> str:
    return _("This source no longer exists: the document was deleted, or the answer is too old.")


def say_no_documents() -> str:
    return _("I have no documents yet, so I cannot answer. Send me a file, then ask again.")


def say_nothing_found() -> str:
    return _(
        "I found nothing about this in your documents. Rephrase the question, or send a document "
        "that covers it."
    )


def say_question_gone() -> str:
    return _("I can no longer see that question. Please ask it again.")


def give_up() -> str:
    return _("Sorry, I could not answer this: something went wrong on my side. Please try again.")
