"""Finds quoted words and code in an answer, and compares them with passages, word for word."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from personal_bot.answers.claims.folding import fold, squeeze
from personal_bot.answers.claims.names import list_bases

_QUOTED = re.compile(
    r"«([^«»\n]+)»|„([^„“”\n]+)[“”]|“([^“”\n]+)”|(?<![\w\"])\"(?=[^\s\"])([^\"\n]+)(?<=\S)\"(?!\w)"
)
_ELLIPSIS = re.compile(r"\[?(?:…|\.\.\.)\]?|\[[^\[\]\n]*\]")
_WORD = re.compile(r"[^\W_]+")
_LONG = 12  # characters that prove a quotation even if words are divided
_TERM = 4  # words; a shorter quotation is a term, which the sentence around it declines
_SPACE = re.compile(r"\s+")
_LOOSE = str.maketrans(dict.fromkeys("„“”«»\"'`", "'"))


@dataclass(frozen=True)
class Quotation:
    """Quoted words at `text[start:end]`, with their marks; `is_code` if the marks are backticks."""

    start: int
    end: int
    text: str
    is_code: bool = False


def find_quotations(text: str) -> Iterator[Quotation]:
    """Find quoted words; code has been blanked."""
    for match in _QUOTED.finditer(text):
        yield Quotation(*match.span(), next(words for words in match.groups() if words))


@dataclass(frozen=True)
class Wording:
    """The words of a text, prepared to look quotations up in it."""

    words: str
    squeezed: str
    loose: str
    bases: tuple[frozenset[str], ...] = ()

    @classmethod
    def of(cls, folded: str) -> "Wording":
        words = _WORD.findall(folded)
        return cls(f" {' '.join(words)} ", squeeze(folded), _loosen(folded))

    def says(self, quotation: Quotation) -> bool:
        """Tell whether these words stand there, apart from spaces, case and kinds of quotes."""
        if quotation.is_code and _loosen(fold(quotation.text)) in self.loose:
            return True
        if quotation.is_code and re.search(r"[=<>+*/%&|^-]", quotation.text):
            return False
        parts = [_WORD.findall(fold(part)) for part in _ELLIPSIS.split(quotation.text)]
        return all(self._contains(words) for words in parts if words)

    def _contains(self, words: list[str]) -> bool:
        if f" {' '.join(words)} " in self.words:
            return True
        joined = "".join(words)
        if len(joined) >= _LONG and joined in self.squeezed:
            return True
        return len(words) < _TERM and self._declines(words)

    def _declines(self, words: list[str]) -> bool:
        """Tell whether a term stands there in another case."""
        pattern = " ".join(
            rf"{re.escape(max(min(list_bases(word), key=len), word[:3], key=len))}\w{{0,4}}"
            for word in words
        )
        return re.search(rf"(?<= ){pattern}(?= )", self.words) is not None


def _loosen(folded: str) -> str:
    return _SPACE.sub("", folded).translate(_LOOSE)
