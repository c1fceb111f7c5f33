"""The outline of a document: its headings and pages, and where they stand."""

from collections.abc import Iterable

from haystack import Document as Passage

from personal_bot.answers.prompts import neutralize

LINES = 120
PAGES = 10  # a line covers at most so many pages


def outline(passages: Iterable[Passage]) -> str:
    """Return a line for each heading of a document, with the positions of its passages and pages.

    `passages` are in their order. Of a long outline, only lines at equal distances are returned.
    """
    lines: list[str] = []
    start, end = 0, 0
    heading: str | None = None
    pages: list[int] = []
    is_first = True
    for passage in passages:
        index, found = passage.meta["index"], passage.meta["heading"]
        numbers = [number for _offset, number in passage.meta["pages"] if number is not None]
        has_turned = bool(pages and numbers and numbers[-1] >= pages[0] + PAGES)
        if is_first or found != heading or has_turned:
            if not is_first:
                lines.append(_describe(heading, start, end, pages))
            start, heading, pages, is_first = index, found, [], False
        end = index
        pages = [*pages[:1], *numbers[-1:]] if pages else [*numbers[:1], *numbers[-1:]]
    if not is_first:
        lines.append(_describe(heading, start, end, pages))
    if len(lines) > LINES:
        step = -(-len(lines) // LINES)
        lines = [*lines[::step], f"… every {step}th of {len(lines)} headings"]
    return "\n".join(lines)


def _describe(heading: str | None, start: int, end: int, pages: list[int]) -> str:
    span = f"passages {start}–{end}" if end > start else f"passage {start}"
    if pages:
        first, last = pages[0], pages[-1]
        span += f", pages {first}–{last}" if last > first else f", page {first}"
    return f"{neutralize(heading) if heading else '(no heading)'}: {span}"
