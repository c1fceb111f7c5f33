"""The report of a document: what was read of it, and what was not."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from personal_bot.documents.converters.content import (
    Block,
    BlockKind,
    Page,
    Remark,
    RemarkKind,
    is_continued,
)

READING = 2
"""The version of converters and splitting. Documents of an earlier one can be read anew.

Version 2 only differs for documents with tables: it keeps them to calculate with.
"""

NO_TABLES = '"tables": 0,'
"""What the stored report of a document without tables contains."""

_PAGES_KEPT = 300  # with a remark first; the counts of a report include all pages


class PageReport(NamedTuple):
    """What was read of a page, slide, sheet or chapter; `characters` is 0 if it has no text."""

    number: int | None
    title: str | None
    characters: int
    tables: int
    remarks: tuple[Remark, ...] = ()


@dataclass(frozen=True)
class Report:
    """What was read of a document. `pages` may leave out pages without remarks, see `count`."""

    media_type: str = ""
    count: int = 0  # of pages, slides, sheets or chapters; 0 if the format has none
    tables: int = 0
    empty: tuple[int, ...] = ()  # numbers of pages without text
    pages: tuple[PageReport, ...] = ()
    totals: tuple[Remark, ...] = field(default=())  # remarks of all pages together

    @property
    def is_complete(self) -> bool:
        """Whether nothing was lost."""
        return not any(remark.kind.is_loss for remark in self.totals)

    @property
    def encodings(self) -> list[tuple[str, str]]:
        """Encodings that a text may have, each with a line of it; the text was read in the first.

        Empty unless the encoding is in doubt.
        """
        remarks = (remark for remark in self.totals if remark.kind is RemarkKind.ENCODING)
        return [(name, sample) for name, _, sample in (r.detail.partition("\t") for r in remarks)]

    def dump(self) -> str:
        return json.dumps(
            {
                "media_type": self.media_type,
                "count": self.count,
                "tables": self.tables,
                "empty": self.empty,
                "pages": [[*page[:4], _dump(page.remarks)] for page in self.pages],
                "totals": _dump(self.totals),
            },
            ensure_ascii=False,
        )

    @classmethod
    def load(cls, text: str) -> Self:
        """Return a stored report; an empty one for a document of an earlier version."""
        if not text:
            return cls()
        fields: dict[str, Any] = json.loads(text)
        fields["empty"] = tuple(fields["empty"])
        fields["pages"] = tuple(
            PageReport(number, title, characters, tables, _load(remarks))
            for number, title, characters, tables, remarks in fields["pages"]
        )
        fields["totals"] = _load(fields["totals"])
        return cls(**fields)


def make_report(media_type: str, pages: Sequence[Page]) -> Report:
    reports = [*_merge_segments(map(_report_page, pages))]
    named = [page for page in reports if page.number is not None or page.title is not None]
    kept = sorted(reports, key=lambda page: not (page.remarks or not page.characters))
    chosen = {id(page) for page in kept[:_PAGES_KEPT]}
    return Report(
        media_type,
        count=len(named),
        tables=sum(page.tables for page in reports),
        empty=tuple(page.number for page in reports if page.number and not page.characters),
        pages=tuple(page for page in reports if id(page) in chosen),
        totals=_sum(remark for page in reports for remark in page.remarks),
    )


def _report_page(page: Page) -> PageReport:
    characters = tables = 0
    last = Block("")
    for block in page.blocks:
        characters += len(block.text)
        tables += block.kind is BlockKind.TABLE and not is_continued(last, block)
        last = block
    return PageReport(page.number, page.title, characters, tables, tuple(page.remarks))


def _merge_segments(pages: Iterable[PageReport]) -> Iterator[PageReport]:
    """Join the reports of parts that have the same number and title, such as a long sheet."""
    last: PageReport | None = None
    for page in pages:
        if last is not None and page[:2] == last[:2]:
            last = PageReport(
                page.number,
                page.title,
                last.characters + page.characters,
                last.tables + page.tables,
                _sum([*last.remarks, *page.remarks]),
            )
        else:
            if last is not None:
                yield last
            last = page
    if last is not None:
        yield last


def _sum(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    counts: Counter[tuple[RemarkKind, str]] = Counter()
    for remark in remarks:
        counts[remark.kind, remark.detail] += remark.count
    return tuple(Remark(kind, count, detail) for (kind, detail), count in counts.items())


def _dump(remarks: Iterable[Remark]) -> list[tuple[str, int, str]]:
    return [(remark.kind, remark.count, remark.detail) for remark in remarks]


def _load(remarks: Iterable[Any]) -> tuple[Remark, ...]:
    return tuple(Remark(RemarkKind(kind), count, detail) for kind, count, detail in remarks)
