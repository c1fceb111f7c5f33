"""Reads the inline markup of Markdown: emphasis goes; formulas, code, paths and names stay."""

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_LINE_CHARS: Final = 20_000  # a longer text stays as written: parsing takes quadratic time
_ADDRESS: Final = re.compile(r"https?://")
_FORMULA: Final = re.compile(
    r"\$\$[\s\S]{1,2000}?\$\$|\$(?=[^\s$])[^$\n]{1,300}(?<=\S)\$(?!\d)"
    r"|\\\([^\n]{1,300}?\\\)|\\\[[\s\S]{1,2000}?\\\]"
)
# What writers forget to escape: paths of Windows, and names such as __init__.
_PATH: Final = re.compile(r"(?:(?<=\b[A-Za-z]:)\\|\\\\(?=\w))[^\s`*<>|\"]*")
_NAME: Final = re.compile(r"(?<!\w)__[a-z0-9]+(?:_[a-z0-9]+)*__(?!\w)")
_TAG: Final = re.compile(r"</?([a-z][a-z0-9-]*)", re.IGNORECASE)
_TAG_NAMES: Final = (
    "a abbr address article aside b big blockquote br caption center cite code col colgroup dd del "
    "details dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hr html "
    "i iframe img input ins kbd li link main mark meta nav ol p picture pre q s samp script "
    "section small source span strike strong style sub summary sup table tbody td tfoot th thead "
    "title tr tt u ul var video wbr"
)
_TAGS: Final = frozenset(_TAG_NAMES.split())


def is_html(text: str) -> bool:
    """Tell whether a text begins with HTML, not with a placeholder such as <name>."""
    tag = _TAG.match(text.lstrip())
    return tag[1].lower() in _TAGS if tag else text.lstrip().startswith("<!")


class Inline:
    """Parses a document's blocks, and later the text in them, which can refer to its links."""

    def __init__(self) -> None:
        from markdown_it import MarkdownIt  # noqa: PLC0415 - only for Markdown

        self._parser = MarkdownIt("commonmark").enable("table")
        self._parser.core.ruler.disable(["inline"])
        self._parser.inline.ruler.before("escape", "verbatim", _keep_verbatim)
        self._environment: dict[str, Any] = {}
        self._shown: set[str] = set()  # addresses of links

    def parse_blocks(self, text: str) -> tuple[list["Token"], set[int]]:
        """Return the tokens, and the numbers of the lines that define links."""
        tokens = self._parser.parse(text, self._environment)
        maps = [reference["map"] for reference in self._list_references()]
        return tokens, {line for start, end in maps for line in range(start, end)}

    def list_unused_references(self) -> list[str]:
        """Return the definitions of links that no text shows."""
        return [
            " ".join(filter(None, (f"[{label.lower()}]:", reference["href"], reference["title"])))
            for label, reference in self._environment.get("references", {}).items()
            if reference["href"] not in self._shown
        ]

    def read(self, content: str) -> str:
        """Return a text without emphasis, and with the addresses of its links."""
        if len(content) > _LINE_CHARS:
            return content
        tokens: list[Token] = []
        self._parser.inline.parse(content, self._parser, self._environment, tokens)
        pieces: list[str] = []
        links: list[tuple[str, int]] = []  # address, and number of pieces before its text
        for token in tokens:
            if token.type == "link_open":
                links.append((str(token.attrs.get("href", "")), len(pieces)))
            elif token.type == "link_close":
                address, start = links.pop()
                pieces.append(self._show_address(address, "".join(pieces[start:])))
            else:
                pieces.append(self._read_token(token))
        return "".join(pieces)

    def _read_token(self, token: "Token") -> str:
        match token.type:
            case "softbreak" | "hardbreak":
                return "\n"
            case "code_inline":
                return f"{token.markup}{token.content}{token.markup}"
            case "image":
                return token.content + self._show_address(str(token.attrs.get("src", "")), "")
            case "html_inline":
                if not is_html(token.content):
                    return token.content
                return "\n" if token.content.lower().startswith("<br") else ""
            case _:
                return token.content  # empty for emphasis

    def _show_address(self, address: str, text: str) -> str:
        self._shown.add(address)
        if not _ADDRESS.match(address) or address in text:
            return ""
        return f" ({address})" if text else ""

    def _list_references(self) -> list[Any]:
        return [
            *self._environment.get("references", {}).values(),
            *self._environment.get("duplicate_refs", ()),
        ]


def _keep_verbatim(state: "StateInline", silent: bool) -> bool:
    first = state.src[state.pos]
    patterns = {"$": (_FORMULA,), "\\": (_FORMULA, _PATH), "_": (_NAME,)}.get(first, ())
    found = (pattern.match(state.src, state.pos) for pattern in patterns)
    kept = next(filter(None, found), None)
    if not kept:
        return False
    if not silent:
        state.push("verbatim", "", 0).content = kept[0]
    state.pos = kept.end()
    return True
