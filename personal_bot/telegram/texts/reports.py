"""Texts about what was read of a document, and what was not."""

import html
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from aiogram.utils.i18n import gettext as _

from personal_bot.documents.converters.content import Remark, RemarkKind
from personal_bot.documents.records import DocumentCard
from personal_bot.documents.reports import PageReport, Report
from personal_bot.telegram.markup import MESSAGE_LIMIT, count_utf16_units, shorten
from personal_bot.telegram.texts.numbers import (
    count_characters,
    count_pages,
    count_passages,
    count_tables,
    format_number,
)

_NUMBERS_SHOWN = 5  # of pages, in a line
_TITLE_LIMIT = 40  # characters of a sheet's or chapter's name
_NAME_LIMIT = 100  # characters
_SLIDES = "presentation"  # part of the media types
_SHEETS = ("spreadsheet", "excel")
_CHAPTERS = "epub"


def mark(report: Report) -> str:
    """Return the sign of a document: whether something of it was lost."""
    return "✅" if report.is_complete else "⚠️"


def summarize(card: DocumentCard) -> str:
    """Return one line: `12 pages, 2 without text (5, 9) · 3 tables · 41 passages`."""
    report = card.report
    parts = _count_parts(report, card.pages)
    if report.empty:
        empty = _("{n} without text ({numbers})").format(
            n=format_number(len(report.empty)), numbers=_list_numbers(report.empty)
        )
        parts = f"{parts}, {empty}" if parts else empty
    facts = [parts] if parts else []
    if report.tables:
        facts.append(count_tables(report.tables))
    facts += _count_remarks(remark for remark in report.totals if remark.kind.is_loss)
    facts.append(count_passages(card.passages))
    return " · ".join(facts)


def show_card(card: DocumentCard) -> str:
    """Return the details of a document: what was not read and what to do, then each page."""
    lines = [f"<b>{html.escape(shorten(card.name, _NAME_LIMIT))}</b>", summarize(card)]
    date = datetime.fromtimestamp(card.indexed_at, UTC)
    lines.append(_("Read on {date}.").format(date=date.strftime("%Y-%m-%d")))
    lines += [f"\n{advice}" for advice in _advise(card.report)]
    pages = [_show_page(page, card.report) for page in card.report.pages]
    return _fit("\n".join(lines), pages, card.report.count)


def _fit(head: str, pages: list[str], count: int) -> str:
    """Append as many lines about pages as a message holds."""
    text, shown = f"{head}\n", 0
    for line in pages:
        if count_utf16_units(f"{text}\n{line}") > MESSAGE_LIMIT - 100:
            break
        text, shown = f"{text}\n{line}", shown + 1
    more = max(count, len(pages)) - shown
    if more <= 0:
        return text
    return text + "\n" + _("… and {n} more").format(n=format_number(more))


def _count_parts(report: Report, pages: int) -> str:
    if any(part in report.media_type for part in _SHEETS):
        return _("{n} sheet", "{n} sheets", report.count).format(n=format_number(report.count))
    if _SLIDES in report.media_type:
        return _("{n} slide", "{n} slides", report.count).format(n=format_number(report.count))
    if _CHAPTERS in report.media_type and report.count:
        return _("{n} chapter", "{n} chapters", report.count).format(n=format_number(report.count))
    return count_pages(pages) if pages else ""


def _list_numbers(numbers: Iterable[int]) -> str:
    shown = [*numbers]
    text = ", ".join(map(str, shown[:_NUMBERS_SHOWN]))
    return f"{text}, …" if len(shown) > _NUMBERS_SHOWN else text


def _show_page(page: PageReport, report: Report) -> str:
    facts = [count_characters(page.characters) if page.characters else _("no text")]
    if page.tables:
        facts.append(count_tables(page.tables))
    facts += _count_remarks(page.remarks)
    return f"{_name_page(page, report)}: {', '.join(facts)}"


def _name_page(page: PageReport, report: Report) -> str:
    title = html.escape(shorten(page.title, _TITLE_LIMIT)) if page.title else ""
    if page.number is None:
        return f"“{title}”" if title else _("Text")
    if _SLIDES in report.media_type:
        name = _("Slide {n}").format(n=page.number)
    else:
        name = _("p. {n}").format(n=page.number)
    return f"{name} “{title}”" if title else name


def _count_remarks(remarks: Iterable[Remark]) -> list[str]:
    """Return a phrase for each remark; of several encodings, only the one used is named."""
    phrases: list[str] = []
    has_encoding = False
    for remark in remarks:
        if remark.kind is RemarkKind.ENCODING and has_encoding:
            continue
        has_encoding = has_encoding or remark.kind is RemarkKind.ENCODING
        phrases.append(_count_remark(remark))
    return phrases


_PHRASES: dict[RemarkKind, Callable[[int], str]] = {
    RemarkKind.PICTURE: lambda n: _("{n} picture not read", "{n} pictures not read", n),
    RemarkKind.FORMULA: lambda n: _(
        "{n} formula without a value", "{n} formulas without a value", n
    ),
    RemarkKind.DAMAGED: lambda n: _("{n} damaged part", "{n} damaged parts", n),
    RemarkKind.UNDECODABLE: lambda n: _("{n} unreadable line", "{n} unreadable lines", n),
    RemarkKind.SKIPPED: lambda n: _("{n} part not read", "{n} parts not read", n),
    RemarkKind.ENCODING: lambda _n: _("encoding uncertain ({name})"),
    RemarkKind.COMPUTED: lambda n: _("{n} formula computed", "{n} formulas computed", n),
    RemarkKind.HIDDEN: lambda n: _("{n} hidden part read", "{n} hidden parts read", n),
    RemarkKind.LARGE_TABLE: lambda n: _(
        "{n} table too large to calculate with", "{n} tables too large to calculate with", n
    ),
}
_SKIPPED: dict[str, Callable[[int], str]] = {  # by the detail of the remark
    "annotation": lambda n: _("{n} comment not read", "{n} comments not read", n),
    "attachment": lambda n: _("{n} attachment not read", "{n} attachments not read", n),
    "object": lambda n: _("{n} embedded object not read", "{n} embedded objects not read", n),
    "chapter": lambda n: _("{n} chapter not read", "{n} chapters not read", n),
    "chart": lambda n: _("{n} chart not read", "{n} charts not read", n),
    "hidden text": lambda _n: _("hidden text not read"),
    "layout": lambda n: _(
        "{n} page read without its layout", "{n} pages read without their layout", n
    ),
    "xfa": lambda _n: _("form read only in part"),
}


def _count_remark(remark: Remark) -> str:
    phrase = _PHRASES[remark.kind]
    if remark.kind is RemarkKind.SKIPPED:
        phrase = _SKIPPED.get(remark.detail, phrase)
    name = html.escape(remark.detail.partition("\t")[0])  # of an encoding
    return phrase(remark.count).format(n=format_number(remark.count), name=name)


def _advise(report: Report) -> Iterator[str]:
    """Yield what the owner can do about each kind of loss."""
    kinds = {remark.kind for remark in report.totals}
    if not report.media_type:
        yield _(
            "An earlier version of me read this document and kept no details. Send it again if "
            "answers miss something."
        )
    if RemarkKind.PICTURE in kinds:
        yield _(
            "I do not read text in pictures. If it matters, run the file through text recognition "
            "(OCR) and send the result."
        )
    if RemarkKind.FORMULA in kinds:
        yield _(
            "Some formulas have no stored result. Open the file in a spreadsheet program, save it, "
            "and send it again."
        )
    if RemarkKind.DAMAGED in kinds:
        yield _("A part of the file is damaged. Save it again from its program, and resend it.")
    if kinds & {RemarkKind.ENCODING, RemarkKind.UNDECODABLE}:
        yield _(
            "I am not sure how this text is encoded. If my quotes look garbled, choose another "
            "encoding below, or save the file as UTF-8 and send it again."
        )
    if RemarkKind.SKIPPED in kinds:
        yield _("I did not read everything in it. Send the missing parts as files of their own.")
