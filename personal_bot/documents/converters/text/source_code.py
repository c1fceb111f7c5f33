"""Reads source code, configuration, YAML and XML as code in their language."""

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from personal_bot.documents.converters.content import Block, BlockKind, Page
from personal_bot.documents.converters.encodings.code_pages import decode_text, list_remarks
from personal_bot.documents.converters.protocol import Hints, Limits
from personal_bot.documents.converters.text.paragraphs import cut_segments
from personal_bot.documents.converters.types.media_types import LANGUAGES, SUFFIXES, MediaType

_DECLARED: Final = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.:-]{2,40})")
_INTERPRETERS: Final = {"python": "python", "bash": "bash", "sh": "bash", "node": "javascript"}
_SHEBANG: Final = re.compile(r"#!.*?\b(python|bash|sh|node)")
_FENCES: Final = ("```", "~~~", "`````", "~~~~~", "`" * 10)


def read_pages(source: BinaryIO, limits: Limits, hints: Hints) -> Iterator[Page]:  # noqa: ARG001
    content = source.read()
    declared = _DECLARED.match(content[:300])
    decoded = decode_text(content, declared[1].decode() if declared else None, hints.encoding)
    blocks = read_code(decoded.text, _find_language(hints.suffix, decoded.text))
    yield Page(None, blocks, remarks=list_remarks(decoded))


def read_code(text: str, language: str) -> Iterator[Block]:
    """Yield code in blocks of limited size, below a fence that does not occur in it."""
    fence = next((fence for fence in _FENCES if fence not in text), _FENCES[0])
    for segment in cut_segments(text.expandtabs(4)):
        yield Block(segment, BlockKind.CODE, lead=f"{fence}{language}")


def _find_language(suffix: str, text: str) -> str:
    if suffix in LANGUAGES:
        return LANGUAGES[suffix]
    if SUFFIXES.get(suffix) is MediaType.YAML:
        return "yaml"
    shebang = _SHEBANG.match(text[:200])
    if shebang:
        return _INTERPRETERS[shebang[1]]
    return "xml" if text.lstrip()[:1] == "<" else ""
