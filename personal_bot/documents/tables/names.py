"""Makes identifiers of SQL from the names of columns."""

import re
from collections.abc import Collection, Iterable
from typing import Final

LONGEST: Final = 48  # characters

_SEPARATORS: Final = re.compile(r"[\W_]+")
# Words that SQLite takes for its own even where a name stands: https://sqlite.org/lang_keywords.html
# without those that it also takes as names.
_WORDS: Final = """
add all alter and as autoincrement between case check collate commit constraint create cross
current_date current_time current_timestamp default deferrable delete distinct drop else escape
except exists foreign from full group having if in index indexed inner insert intersect into is
isnull join left limit natural not nothing notnull null on or order outer primary references
returning right select set table then to transaction union unique update using values when where
"""
_KEYWORDS: Final = frozenset(_WORDS.split())


def make_identifiers(names: Iterable[str], taken: Collection[str] = ()) -> list[str]:
    """Return a unique name for each, in lower case, that needs no quotes in SQL."""
    used = set(taken)
    identifiers = []
    for position, name in enumerate(names, 1):
        base = _simplify(name) or f"column_{position}"
        identifier, count = base, 1
        while identifier in used:
            count += 1
            identifier = f"{base}_{count}"
        used.add(identifier)
        identifiers.append(identifier)
    return identifiers


def _simplify(name: str) -> str:
    text = _SEPARATORS.sub("_", name.replace("№", " no ").replace("%", " percent ").lower())
    text = text[:LONGEST].strip("_")
    if text[:1].isdigit():
        return f"c_{text}"
    return f"{text}_" if text in _KEYWORDS else text
