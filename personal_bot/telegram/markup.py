"""Converts the Markdown of models to text with spans, and splits text into messages.

Spans are sent as Telegram's entities, separate from the text: what a model writes is never parsed
as HTML, so it can neither break nor inject markup.
"""

import re
from bisect import bisect_right
from itertools import accumulate

from personal_bot.answers.markdown import Kind, find_elements
from personal_bot.answers.markdown_tables import find_tables
from personal_bot.telegram.rich_text import RichText, Span, Style
from personal_bot.telegram.tables import show_table

MESSAGE_LIMIT = 4096  # UTF-16 code units, without markup (Bot API, sendMessage)
FOLDED_FROM = 1_200  # characters of an answer
SHORTEST_LEAD = 80  # characters that stay visible: a heading alone is not enough
SHORTEST_FOLD = 400  # characters; less than that is not worth a tap
_PARAGRAPH_END = re.compile(r"\n{2,}")
_BULLET = "•"
# Where to split a long text, best first; only in the second half of a full message.
_BREAKS = (
    re.compile(r"\n{2,}"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s"),
    re.compile(r"\s"),
)


_STYLES = {
    Kind.HEADING: Style.BOLD,
    Kind.BLOCK: Style.PRE,
    Kind.CODE: Style.CODE,
    Kind.BOLD: Style.BOLD,
    Kind.ITALIC: Style.ITALIC,
    Kind.STRIKE: Style.STRIKE,
}


def read_markdown(source: str) -> RichText:
    """Show the markup of a text as spans, and its tables; all else stays as it is written."""
    source = source.replace("\r\n", "\n").replace("\r", "\n")
    result = RichText()
    position = 0
    for table in find_tables(source):
        result += _read(source[position : table.start]) + show_table(table, _read)
        position = table.end
    result += _read(source[position:])
    return result.cut(0, len(result.text))


def _read(source: str) -> RichText:
    elements = find_elements(source)
    marks = sorted(
        (start, end, _BULLET if element.kind == Kind.BULLET else "")
        for element in elements
        for start, end in element.marks
    )
    pieces = []
    position = 0
    for start, end, replacement in marks:
        pieces += [source[position:start], replacement]
        position = end
    pieces.append(source[position:])
    ends = [end for _, end, _ in marks]
    removed = list(accumulate((end - start - len(new) for start, end, new in marks), initial=0))

    def locate(position: int) -> int:
        return position - removed[bisect_right(ends, position)]

    spans = [
        Span(
            _STYLES[element.kind],
            locate(element.start),
            locate(element.end),
            element.language or None,
        )
        for element in elements
        if element.kind in _STYLES
    ]
    return RichText("".join(pieces), tuple(span for span in spans if span.start < span.end))


def fold(rich: RichText) -> RichText:
    """Fold a long text behind its first paragraph, which a tap unfolds."""
    if len(rich.text) < FOLDED_FROM:
        return rich
    breaks = [
        match.end()
        for match in _PARAGRAPH_END.finditer(rich.text, SHORTEST_LEAD)
        if not any(span.start < match.end() < span.end for span in rich.spans)
    ]
    if not breaks or len(rich.text) - breaks[0] < SHORTEST_FOLD:
        return rich
    return RichText(rich.text, (Span(Style.FOLDED, breaks[0], len(rich.text)), *rich.spans))


def count_utf16_units(text: str) -> int:
    """Return the length in UTF-16 code units, as Telegram counts it."""
    return len(text.encode("utf-16-le", errors="surrogatepass")) // 2


def split(rich: RichText, limit: int = MESSAGE_LIMIT) -> list[RichText]:
    """Split into messages of at most `limit` UTF-16 code units, preferably between paragraphs.

    While a text grows at its end, all parts but the last stay the same.
    """
    parts = []
    start = 0
    while count_utf16_units(rich.text[start:]) > limit:
        window = _fit(rich.text[start:], limit)
        end = start + _find_break(rich.text[start : start + window + 1], window)
        parts.append(rich.cut(start, end))
        start = end
    parts.append(rich.cut(start, len(rich.text)))
    return [part for part in parts if part.text] or [RichText()]


def shorten(text: str, limit: int) -> str:
    """Shorten a name or quote to at most `limit` characters, with an ellipsis at the end."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def shorten_start(text: str, limit: int) -> str:
    """Shorten a text to at most the last `limit` characters, with an ellipsis at the start."""
    return text if len(text) <= limit else "…" + text[len(text) - limit + 1 :].lstrip()


def shorten_name(name: str, limit: int) -> str:
    """Shorten a file name to at most `limit` characters; its extension stays if it is short."""
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension) > 5:
        return shorten(name, limit)
    return shorten(stem, max(1, limit - len(extension) - 1)) + dot + extension


def _fit(text: str, limit: int) -> int:
    """Return how many characters from the start fit into `limit` UTF-16 code units."""
    encoded = text.encode("utf-16-le", errors="surrogatepass")[: limit * 2]
    return len(encoded.decode("utf-16-le", errors="ignore"))


def _find_break(text: str, limit: int) -> int:
    for pattern in _BREAKS:
        ends = [
            match.end() for match in pattern.finditer(text, limit // 2) if match.start() <= limit
        ]
        if ends:
            return min(ends[-1], limit) if ends[-1] > limit else ends[-1]
    return limit
