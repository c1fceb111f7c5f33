"""Words of questions and of documents' names, comparable whatever their inflection."""

import re
from dataclasses import dataclass
from itertools import takewhile

from personal_bot.answers.mentions.transliteration import restore_cyrillic
from personal_bot.answers.mentions.words import Group, belongs
from personal_bot.index.sparse import list_tokens

_WORD = re.compile(r"(?<![^\W_])[^\W\d_]\d+(?![^\W_])|[^\W\d_]+|\d+")  # q2, budget, 2024
_CAMEL = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])")
_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b")
_BREAK = re.compile(r"[,;:!?()\n…]|[.](?!\w)|\s[-–—]\s")
_FLEETING = (("списк", "список"), ("перечн", "перечень"))  # whose forms have different stems
_ENDINGS = re.compile(
    r"(?:[аяуюеиыо]|[оеыи]м|[оеё]й|[ое]ю|[ая]м|[ая]х|[ое]в|[ая]ми|[ое]го|[ое]му)?"
)
_ROOT = 4  # letters that inflections of a word share
_BEGINNING = 3  # letters that a word and its stem share
_TRANSLITERATED = 3  # letters; shorter words are abbreviations


@dataclass(frozen=True)
class Word:
    """A word in lower case; `breaks` tells whether a clause ends before it."""

    text: str
    stems: frozenset[int]
    start: int
    end: int
    breaks: bool

    @property
    def is_number(self) -> bool:
        """Whether it is a number, perhaps with a letter: 2024, q2, v3."""
        return self.text[-1:].isdecimal()

    def is_one_of(self, *groups: Group) -> bool:
        return any(belongs(self.text, self.stems, group) for group in groups)


@dataclass(frozen=True)
class NameWord:
    """A word of a name; `text` is in Cyrillic letters if it may be transliterated."""

    text: str
    stems: frozenset[int]

    def is_said_as(self, word: Word) -> bool:
        """Return whether a word is this one, perhaps with another ending."""
        if word.is_number:
            return self.text == word.text
        return bool(self.stems & word.stems) or _differ_in_ending(self.text, word.text)


@dataclass(frozen=True)
class Name:
    """The words of a document's name.

    Kinds of documents (lease, отчёт), words that tell it from others (Acme, аренды), and qualifiers
    that may (2023, signed).
    """

    kinds: tuple[NameWord, ...]
    telling: tuple[NameWord, ...]
    qualifiers: tuple[NameWord, ...]
    texts: frozenset[str]

    def find(self, word: Word) -> set[NameWord]:
        """Return the words of the name that a word stands for."""
        return {
            found
            for found in (*self.kinds, *self.telling, *self.qualifiers)
            if found.is_said_as(word)
        }


def read_words(text: str) -> list[Word]:
    """Return the words of a text; `budget2024` is two."""
    text = _POSSESSIVE.sub("  ", text)
    words: list[Word] = []
    end = 0
    for match in _WORD.finditer(text):
        word = _fold(match[0])
        breaks = bool(words) and _BREAK.search(text[end : match.start() + 1]) is not None
        words.append(Word(word, _list_stems(word), match.start(), match.end(), breaks))
        end = match.end()
    return words


def list_beginnings(file_name: str) -> set[str]:
    """Return the beginnings of the words of a name, for a quick look whether any is said."""
    words = map(_fold, _WORD.findall(_get_title(file_name)))
    return {begin(spelling) for word in words for spelling in (word, _restore(word))}


def begin(word: str) -> str:
    return word if word[-1:].isdecimal() else word.replace("ь", "")[:_BEGINNING]


def read_name(file_name: str) -> Name:
    """Return the words of a file name, without its extension and what says nothing (scan, copy)."""
    words = read_words(_get_title(file_name))
    roles: dict[Group, list[NameWord]] = {Group.KIND: [], Group.GENERIC: [], Group.QUALIFIER: []}
    telling: list[NameWord] = []
    for word in words:
        made = _make_name_word(word)
        groups = [group for group in roles if belongs(made.text, made.stems, group)]
        if word.is_number or Group.QUALIFIER in groups:
            roles[Group.QUALIFIER].append(made)
        elif groups:
            roles[groups[0]].append(made)
        elif made.stems and len(word.text) > 1:
            telling.append(made)
    kinds, qualifiers = roles[Group.KIND], roles[Group.QUALIFIER]
    return Name(
        tuple(kinds),
        tuple(telling),
        tuple(qualifiers),
        frozenset(word.text for word in words),
    )


def _get_title(file_name: str) -> str:
    base = file_name.rpartition("/")[2]
    return _CAMEL.sub(" ", base.rpartition(".")[0] or base)


def _fold(word: str) -> str:
    word = word.lower().replace("ё", "е")
    return word.lstrip("0") or "0" if word.isdecimal() else word


def _make_name_word(word: Word) -> NameWord:
    restored = _restore(word.text) if word.stems else word.text
    return NameWord(restored, word.stems | _list_stems(restored))


def _restore(word: str) -> str:
    """Return a word in Cyrillic letters if it may be transliterated, or else as it is."""
    may_be_russian = len(word) >= _TRANSLITERATED and word.isascii() and word.isalpha()
    return restore_cyrillic(word) if may_be_russian else word


def _differ_in_ending(one: str, other: str) -> bool:
    """Return whether two Russian words differ by a case ending: names have stems of their own.

    A transliterated word lacks its soft signs.
    """
    one, other = one.replace("ь", ""), other.replace("ь", "")
    pairs = zip(one, other, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    endings = one[same:], other[same:]
    return same >= _ROOT and all(_ENDINGS.fullmatch(ending) for ending in endings)


def _list_stems(word: str) -> frozenset[int]:
    for beginning, form in _FLEETING:
        if word.startswith(beginning):
            word = form
    return list_tokens(word)
