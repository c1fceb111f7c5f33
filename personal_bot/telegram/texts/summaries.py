"""Texts about reading whole documents."""

import html
import math
from typing import TYPE_CHECKING

from aiogram.utils.i18n import gettext as _

from personal_bot.answers.summaries.kinds import Kind
from personal_bot.telegram.markup import shorten
from personal_bot.telegram.texts.numbers import count_documents, count_passages, format_number

if TYPE_CHECKING:  # it imports OpenAI's client
    from personal_bot.answers.summaries.estimates import Estimate

_NAME_LIMIT = 60  # characters of a file name
_CENT = 0.01  # US dollars


def name_kind(kind: Kind) -> str:
    """Return the label of a button."""
    return {
        Kind.SUMMARY: _("📝 Summary"),
        Kind.DATES: _("📅 Key dates"),
        Kind.PARTIES: _("👥 Parties, amounts"),
        Kind.SIMPLE: _("💡 Explain simply"),
    }[kind]


def name_request(kind: Kind, name: str) -> str:
    """Return the question that a button stands for, plain text."""
    text = {
        Kind.SUMMARY: _("Summary of “{name}”"),
        Kind.DATES: _("Key dates in “{name}”"),
        Kind.PARTIES: _("Parties and amounts in “{name}”"),
        Kind.SIMPLE: _("Explain “{name}” in simple words"),
    }[kind]
    return text.format(name=name)


def put_question(kind: Kind) -> str:
    """Return the question for the model, which answers in its language."""
    return {
        Kind.SUMMARY: _("Summarize this document."),
        Kind.DATES: _("Which dates, deadlines and terms are in this document?"),
        Kind.PARTIES: _("Who are the parties, and which amounts are in this document?"),
        Kind.SIMPLE: _("Explain this document in simple words."),
    }[kind]


def show_progress(
    name: str,
    documents: int,
    pages: tuple[int, int] | None,
    last_page: int,
    counts: tuple[int, int],
) -> str:
    """Return the progress of reading; `counts` are the parts that were read and all parts.

    `name` is that of the document if there is one only, `last_page` is 0 if it has no pages.
    """
    if documents == 1:
        what = _("📖 Reading “{name}”").format(name=html.escape(shorten(name, _NAME_LIMIT)))
    else:
        what = _("📖 Reading {documents}").format(documents=count_documents(documents))
    if documents == 1 and pages is not None and last_page:
        what += _(": pages {first}–{last} of {pages}").format(
            first=pages[0], last=pages[1], pages=last_page
        )
    done, total = counts
    return what + _(" · {done} of {total}").format(done=done, total=total)


def show_merging(counts: tuple[int, int]) -> str:
    done, total = counts
    return _("🧩 Putting it together") + _(" · {done} of {total}").format(done=done, total=total)


def ask_consent(name: str, documents: int, expected: "Estimate", service: str) -> str:
    """Ask whether so much may be read; `name` is that of the document if there is one only."""
    if documents == 1:
        what = _("“{name}” is long.").format(name=html.escape(shorten(name, _NAME_LIMIT)))
    else:
        what = _("{documents} are a lot of text.").format(documents=count_documents(documents))
    takes = _(
        "Reading all of it takes {requests} requests to {service}: about {tokens} tokens and "
        "{minutes}."
    ).format(
        requests=format_number(expected.requests),
        service=html.escape(service),
        tokens=format_number(_round(expected.tokens)),
        minutes=count_minutes(math.ceil(expected.seconds / 60)),
    )
    costs = ""
    if expected.dollars is not None:
        amount = max(_CENT, expected.dollars)
        costs = " " + _("That costs about ${amount}.").format(amount=f"{amount:.2f}")
    return f"{what} {takes}{costs} " + _("Shall I go on?")


def ask_which() -> str:
    return _("Which document do you mean?")


def say_declined() -> str:
    return _("All right, I did not read it.")


def say_stopped() -> str:
    return _("⏹ Stopped. What I have read so far is kept: if you ask again, I go on from there.")


def say_too_late() -> str:
    """Return plain text for an alert."""
    return _("This question is too old. Please ask it again.")


def note_reading(documents: int, passages: int, *, is_partial: bool) -> str:
    """Say what an answer was made from, as plain text."""
    if is_partial:
        text = _(
            "I searched {documents} and read the {passages} that fit the question, not everything."
        )
    elif documents > 1:
        text = _("I read all of {documents}: {passages}.")
    else:
        text = _("I read the whole document: {passages}.")
    return text.format(documents=count_documents(documents), passages=count_passages(passages))


def say_nothing_found() -> str:
    return _("I found nothing about this.")


def count_minutes(number: int) -> str:
    return _("{n} minute", "{n} minutes", number).format(n=format_number(number))


def _round(tokens: int) -> int:
    """Round to two digits: it is an estimate."""
    digits = max(0, len(str(tokens)) - 2)
    return round(tokens, -digits)
