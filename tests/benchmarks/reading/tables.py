"""Renders what was found as tables in Markdown."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from tests.benchmarks.reading.facts import Fact, Passage
from tests.benchmarks.reading.generated import Generated

Reading = Mapping[str, Sequence[Passage] | None]
"""The passages of each document by its name; None if its format is not read."""


def find_lost(documents: Sequence[Generated], reading: Reading) -> list[tuple[str, Fact]]:
    """Return the facts that are in no passage, with the name of their document."""
    return [
        (document.name, fact)
        for document in documents
        for fact in document.facts
        if not any(fact.is_in(passage) for passage in reading[document.name] or ())
    ]


def render_shares(documents: Sequence[Generated], readings: Mapping[str, Reading]) -> str:
    """Return a table with the share of facts that each reader found, by format."""
    formats: dict[str, list[Generated]] = defaultdict(list)
    for document in documents:
        formats[document.format].append(document)
    lines = [
        f"| Format | Documents | Facts | {' | '.join(readings)} |",
        f"|---|---:|---:|{'---:|' * len(readings)}",
    ]
    for name, chosen in [*formats.items(), ("All", documents)]:
        shares = [_render_share(chosen, reading) for reading in readings.values()]
        facts = sum(len(document.facts) for document in chosen)
        lines.append(f"| {name} | {len(chosen)} | {facts} | {' | '.join(shares)} |")
    return "\n".join(lines) + "\n"


def render_lost(documents: Sequence[Generated], readings: Mapping[str, Reading]) -> Iterator[str]:
    """Yield for each reader a list of the facts that it lost, if it lost any."""
    for reader, reading in readings.items():
        if lost := find_lost(documents, reading):
            items = "".join(f"- {name}: `{fact}`\n" for name, fact in lost)
            yield f"Lost by {reader}:\n\n{items}"


def _render_share(documents: Sequence[Generated], reading: Reading) -> str:
    """Return a share, rounded down, or a dash if no converter takes the format."""
    if all(reading[document.name] is None for document in documents):
        return "–"
    facts = sum(len(document.facts) for document in documents)
    found = facts - len(find_lost(documents, reading))
    return f"{100 * found // facts} %"
