"""Message entities: detect, check and trim them, and render them as safe HTML."""

import itertools
import re
from html import escape

from deploy.sandbox.errors import bad_request
from deploy.sandbox.formatting import Entity, count_units, parse_html
from deploy.sandbox.markdown import parse_markdown

_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"'«»]+[^\s<>\"'«».,;:!?)\]])"
    r"|(?P<email>[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+)"
    r"|(?P<mention>(?<![\w@])@[a-zA-Z]\w{3,31}\b)"
    r"|(?P<bot_command>(?<![\w/@<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z]\w{3,31})?\b)"
    r"|(?P<hashtag>(?<![\w#])#(?=\w*[^\W\d])\w{1,256})"
)
#: Telegram detects no entities inside these.
_OPAQUE = {"code", "pre", "text_link", "text_mention"}
_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_SAFE_LINK = re.compile(r"(https?|tg|mailto):", re.IGNORECASE)


def read_text(
    source: str, parse_mode: str | None, entities: list[Entity] | None
) -> tuple[str, list[Entity]]:
    """Parse and trim a bot's text, and detect links and commands in it.

    Raises TelegramError 400 if the markup or the entities are wrong.
    """
    source = source.replace("\r\n", "\n").replace("\x00", "")
    match (parse_mode or "").lower():
        case "":
            text, found = source, [_check(entity, source) for entity in entities or []]
        case "html":
            text, found = parse_html(source)
        case "markdownv2":
            text, found = parse_markdown(source)
        case _:
            known = "HTML and MarkdownV2"
            raise bad_request(
                f'unsupported parse_mode: the sandbox reads {known}, not "{parse_mode}"'
            )
    text, found = _trim(text, found)
    return text, find_entities(text, found)


def find_entities(text: str, known: list[Entity] | None = None) -> list[Entity]:
    """Add the entities that Telegram detects: commands, links, e-mails, mentions, hashtags."""
    known = known or []
    opaque = [entity for entity in known if entity["type"] in _OPAQUE]
    entities = list(known)
    for match in _FOUND.finditer(text):
        offset, length = count_units(text[: match.start()]), count_units(match.group())
        if not any(_overlap(entity, offset, length) for entity in opaque):
            entities.append({"type": match.lastgroup, "offset": offset, "length": length})
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))


def render_html(text: str, entities: list[Entity]) -> str:
    """Render a text as HTML that is safe to insert into a page; tags never overlap."""
    units = text.encode("utf-16-le")
    size = len(units) // 2
    edges = {0, size}
    for entity in entities:
        edges |= {entity["offset"], min(size, entity["offset"] + entity["length"])}
    bounds = sorted(edge for edge in edges if 0 <= edge <= size)
    parts: list[str] = []
    opened: list[Entity] = []
    for begin, end in itertools.pairwise(bounds):
        wanted = [entity for entity in entities if _overlap(entity, begin, end - begin)]
        kept = 0
        while kept < min(len(opened), len(wanted)) and opened[kept] is wanted[kept]:
            kept += 1
        parts += [_close(entity) for entity in reversed(opened[kept:])]
        for entity in wanted[kept:]:
            covered = units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])]
            parts.append(_open(entity, covered.decode("utf-16-le", errors="replace")))
        piece = units[2 * begin : 2 * end].decode("utf-16-le", errors="replace")
        parts.append(escape(piece))
        opened = wanted
    parts += [_close(entity) for entity in reversed(opened)]
    return "".join(parts)


def _open(entity: Entity, covered: str) -> str:
    kind = entity["type"]
    if kind == "bot_command":
        return f'<span class="bot-command" data-command="{escape(covered)}">'
    if kind == "spoiler":
        return '<span class="spoiler">'
    if kind == "expandable_blockquote":  # it unfolds when it gets the focus
        return '<blockquote class="expandable" tabindex="0">'
    if tag := _TAGS.get(kind):
        return f"<{tag}>"
    if url := _link(entity, covered):
        return f'<a href="{escape(url)}" target="_blank" rel="noopener noreferrer">'
    return "<span>"


def _close(entity: Entity) -> str:
    kind = entity["type"]
    if kind in {"bot_command", "spoiler"}:
        return "</span>"
    if tag := _TAGS.get(kind):
        return f"</{tag}>"
    return "</a>" if _link(entity, "") else "</span>"


def _link(entity: Entity, covered: str) -> str | None:
    """Return the URL of an entity or None; the empty `covered` only tells whether it has one."""
    match entity["type"]:
        case "text_link":
            url = str(entity.get("url", ""))
            url = url if ":" in url else f"https://{url}"
            return url if _SAFE_LINK.match(url) else None
        case "url":
            return covered if _SAFE_LINK.match(covered) else f"https://{covered}"
        case "email":
            return f"mailto:{covered}"
        case "mention":
            return f"https://t.me/{covered.removeprefix('@')}"
    return None


def _overlap(entity: Entity, offset: int, length: int) -> bool:
    return bool(entity["offset"] < offset + length and offset < entity["offset"] + entity["length"])


def _check(entity: Entity, text: str) -> Entity:
    offset, length = entity["offset"], entity["length"]
    if not 0 <= offset <= 1_000_000:
        raise bad_request(f"Receive an entity with incorrect offset {offset}")
    if not 0 <= length <= 1_000_000:
        raise bad_request(f"Receive an entity with incorrect length {length}")
    units = text.encode("utf-16-le")
    for edge, verb in ((offset, "begins"), (offset + length, "ends")):
        if units[2 * edge + 1 : 2 * edge + 2] and 0xDC <= units[2 * edge + 1] <= 0xDF:
            byte = len(units[: 2 * edge - 2].decode("utf-16-le").encode())
            raise bad_request(
                f"Entity {verb} in the middle of a UTF-16 symbol at byte offset {byte}"
            )
    return entity


def _trim(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Remove whitespace around a message, as Telegram does, and adjust the entities."""
    stripped = text.strip()
    removed = count_units(text[: len(text) - len(text.lstrip())]) if stripped else 0
    size = count_units(stripped)
    trimmed = []
    for entity in entities:
        begin = max(0, entity["offset"] - removed)
        end = min(size, entity["offset"] + entity["length"] - removed)
        if end > begin:
            trimmed.append({**entity, "offset": begin, "length": end - begin})
    return stripped, trimmed
