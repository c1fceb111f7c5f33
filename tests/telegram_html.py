"""Check that messages are valid Telegram HTML: allowed tags only, correctly nested and closed."""

import dataclasses
import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

from hypothesis import strategies as st

# The tags that the catalogues use; Telegram allows more.
TAGS = frozenset({"b", "i", "code", "pre", "blockquote"})
# Text from people and services, with everything that could end a tag, line, field or string.
FOREIGN = st.one_of(
    st.text(min_size=1, max_size=30),
    st.sampled_from(
        ["<i>&.pdf", "</b></code>", "{0}", "{master}", "{", "%s %(a)s", "a\nb", "&lt;&#60;&amp;"]
    ),
    st.sampled_from(["<a href='tg://user?id=1'>x</a>", "\u202efdp.exe", "\0", "'\"`$(id)"]),
)
Strategies = Mapping[Any, st.SearchStrategy[Any]]


class Message(HTMLParser):
    """A parsed message.

    Raises AssertionError for HTML that Telegram would refuse or misread.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        assert not attrs
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def list_texts(*modules: ModuleType) -> Iterator[Callable[..., Any]]:
    """Yield every public function of these modules that takes arguments."""
    for module in modules:
        for name, function in inspect.getmembers(module, inspect.isfunction):
            own = function.__module__ == module.__name__ and not name.startswith("_")
            if own and inspect.signature(function).parameters:
                yield function


def draw_arguments(
    function: Callable[..., Any],
    data: st.DataObject,
    strategies: Strategies,
    named: Mapping[str, st.SearchStrategy[Any]],
) -> tuple[dict[str, Any], list[str]]:
    """Return random arguments by name, and the values of those annotated as `str`.

    `strategies` are chosen by type, `named` by argument name.
    """
    hints = typing.get_type_hints(function)
    arguments = {
        name: data.draw(
            named[name] if name in named else _find(hints[name], strategies), label=name
        )
        for name in inspect.signature(function).parameters
    }
    return arguments, [value for name, value in arguments.items() if hints[name] is str]


def _find(kind: Any, strategies: Strategies) -> st.SearchStrategy[Any]:
    """Return the strategy for a type: `FOREIGN` for strings, integers from 0 for numbers."""
    if kind in strategies:
        return strategies[kind]
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if kind is str:
        return FOREIGN
    if kind in {int, float}:
        return st.integers(0, 2**53)
    if origin in {types.UnionType, typing.Union}:
        return st.one_of([_find(part, strategies) for part in inner])
    if origin is Sequence:
        return st.lists(_find(inner[0], strategies), max_size=3)
    if dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        made = {
            field.name: _find(hints[field.name], strategies) for field in dataclasses.fields(kind)
        }
        return st.builds(kind, **made)
    return st.from_type(kind)
