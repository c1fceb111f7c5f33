"""Text with spans that style it."""

from dataclasses import dataclass
from enum import StrEnum


class Style(StrEnum):
    """Text styles. The values are Telegram's types of message entities."""

    BOLD = "bold"
    ITALIC = "italic"
    STRIKE = "strikethrough"
    CODE = "code"
    PRE = "pre"
    QUOTE = "blockquote"
    FOLDED = "expandable_blockquote"


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
        """Return the part from `start` to `end`, in characters, without surrounding whitespace.

        The indentation of a code block stays.
        """
        piece = self.text[start:end]
        first = start + len(piece) - len(piece.lstrip())
        line = self.text.rfind("\n", 0, first) + 1
        in_block = any(
            span.style is Style.PRE and span.start <= line < span.end for span in self.spans
        )
        start = max(start, line) if in_block else first
        end = max(start, end - len(piece) + len(piece.rstrip()))
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
        return RichText(self.text[start:end], spans)


def styled(style: Style, text: str) -> RichText:
    return RichText(text, (Span(style, 0, len(text)),) if text else ())
