"""Converts the Markdown of models to text with spans, and splits text into messages.

Spans are sent as Telegram's entities, separate from the text: what a model writes is never parsed
as HTML, so it can neither break nor inject markup.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

MESSAGE_LIMIT = 4096  # UTF-16 code units, without markup (Bot API, sendMessage)
_FENCE = re.compile(r"^\s*(?:```|~~~)\s*([\w+#.-]*)\s*$")
_HEADING = re.compile(r"^\s{0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_BULLET = re.compile(r"^(\s*)[-*+]\s+(?=\S)")
_INLINE = re.compile(
    r"(?P<fence>`+)(?P<code>[^`]+?)(?P=fence)(?!`)"
    r"|\*\*(?=\S)(?P<bold>[^\n]+?)(?<=\S)\*\*"
    r"|(?<!\w)__(?=\S)(?P<bold_>[^\n]+?)(?<=\S)__(?!\w)"
    r"|(?<![\w*])\*(?=[^\s*])(?P<italic>[^*\n]+?)(?<=[^\s*])\*(?![\w*])"
    r"|(?<!\w)_(?=[^\s_])(?P<italic_>[^_\n]+?)(?<=[^\s_])_(?!\w)"
    r"|~~(?=\S)(?P<strike>[^~\n]+?)(?<=\S)~~"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+.!~|>-])"
)
# Where to split a long text, best first; only in the second half of a full message.
_BREAKS = (
    re.compile(r"\n{2,}"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…])\s"),
    re.compile(r"\s"),
)


class Style(StrEnum):
    """Text styles. The values are Telegram's types of message entities."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strikethrough"
    CODE = "code"
    PRE = "pre"


@dataclass(frozen=True)
class Span:
    """The style of `text[start:end]`; the positions count characters."""

    style: Style
    start: int
    end: int
    language: str | None = None  # only of a code block


@dataclass(frozen=True)
class RichText:
    """A text and the spans that style it."""

    text: str = ""
    spans: tuple[Span, ...] = ()

    def __add__(self, other: "RichText") -> "RichText":
        shift = len(self.text)
        moved = tuple(
            Span(span.style, span.start + shift, span.end + shift, span.language)
            for span in other.spans
        )
        return RichText(self.text + other.text, self.spans + moved)

    def cut(self, start: int, end: int) -> "RichText":
        """Return the part from `start` to `end`, in characters, without surrounding whitespace."""
        piece = self.text[start:end]
        start += len(piece) - len(piece.lstrip())
        end -= len(piece) - len(piece.rstrip())
        spans = tuple(
            Span(
                span.style,
                max(span.start, start) - start,
                min(span.end, end) - start,
                span.language,
            )
            for span in self.spans
            if span.start < end and span.end > start
        )
        return RichText(self.text[start : max(start, end)], spans)


def styled(style: Style, text: str) -> RichText:
    return RichText(text, (Span(style, 0, len(text)),) if text else ())


def read_markdown(source: str) -> RichText:
    """Parse bold, italic, strikethrough, code, code blocks, headings and bullets only."""
    result = RichText()
    block: list[str] | None = None
    language = ""
    for line in source.strip().splitlines():
        fence = _FENCE.match(line)
        if block is not None and fence:
            result += _block(block, language) + RichText("\n")
            block = None
        elif block is not None:
            block.append(line)
        elif fence:
            block, language = [], fence[1]
        else:
            result += _read_line(line) + RichText("\n")
    if block is not None:  # unfinished, as the text is still being streamed
        result += _block(block, language)
    return result.cut(0, len(result.text))


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


def _read_line(line: str) -> RichText:
    heading = _HEADING.match(line)
    if heading:
        inner = _read_inline(heading[1])
        return RichText(inner.text, (Span(Style.BOLD, 0, len(inner.text)),) if inner.text else ())
    return _read_inline(_BULLET.sub(r"\1• ", line))


def _read_inline(line: str) -> RichText:
    result = RichText()
    position = 0
    for match in _INLINE.finditer(line):
        result += RichText(line[position : match.start()])
        position = match.end()
        if match["escaped"]:
            result += RichText(match["escaped"])
        elif match["code"]:
            result += styled(Style.CODE, match["code"])
        elif match["strike"]:
            result += _wrap(Style.STRIKE, match["strike"])
        elif bold := match["bold"] or match["bold_"]:
            result += _wrap(Style.BOLD, bold)
        else:
            result += _wrap(Style.ITALIC, match["italic"] or match["italic_"])
    return result + RichText(line[position:])


def _wrap(style: Style, source: str) -> RichText:
    inner = _read_inline(source)
    return RichText(inner.text, (Span(style, 0, len(inner.text)), *inner.spans))


def _block(lines: list[str], language: str) -> RichText:
    text = "\n".join(lines)
    return RichText(text, (Span(Style.PRE, 0, len(text), language or None),) if text else ())


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
