"""Follows the groups and control words of an RTF file."""

from typing import Final

from personal_bot.documents.converters.content import Block, BlockKind, RemarkKind
from personal_bot.documents.converters.office.equations import read_equation
from personal_bot.documents.converters.office.numbering import show_bullet
from personal_bot.documents.converters.protocol import RefusalError, RefusalKind
from personal_bot.documents.converters.rtf.equations import (
    add_text,
    begin_element,
    begin_equation,
)
from personal_bot.documents.converters.rtf.fonts import Fonts
from personal_bot.documents.converters.rtf.forms import FormField
from personal_bot.documents.converters.rtf.state import (
    BOXES,
    CHARACTERS,
    LABELS,
    MARGINS,
    SKIPPED,
    STORIES,
    TRANSPARENT,
    State,
)
from personal_bot.documents.converters.rtf.story import Story
from personal_bot.documents.converters.rtf.styles import Styles
from personal_bot.documents.converters.rtf.tables import ROW_WORDS, RowDefinition
from personal_bot.documents.converters.rtf.tokens import Token
from personal_bot.documents.converters.word.fields import (
    PAGE_FIELDS,
    Field,
    is_about_pages,
    show_address,
)

_DEEPEST: Final = 1_000  # groups
_LARGE_TWIPS: Final = 2_835  # 5 cm both ways; smaller pictures are logos and signs
_CODE_PAGES: Final = {"ansi", "mac", "pc", "pca", "ansicpg", "deff"}
_STRUCTURE: Final = ROW_WORDS | {"par", "sect", "cell", "nestcell", "row", "nestrow", "trowd"}


class Reader:
    """Reads tokens one after another. Raises RefusalError if groups nest too deeply."""

    def __init__(self) -> None:
        self.remarks: list[tuple[RemarkKind, str]] = []
        self._fonts = Fonts()
        self._styles = Styles()
        self._state = State()
        self._outer: list[State] = []
        self._stories = [Story("rtf", 0)]
        self._encoded = bytearray()  # text in the encoding of the current font
        self._to_skip = 0  # fallback characters
        self._is_first = False  # at the start of a group
        self._is_optional = False  # the group may be skipped
        self._size: dict[str, int] = {}  # of a picture
        self._form = FormField()
        self._author = ""  # of the next comment
        self._margins: set[str] = set()  # texts of headers and footers

    def read(self, token: Token) -> None:
        word = token.word
        if word == "{":
            self._begin_group()
        elif word == "}":
            self._end_group()
        elif self._state.is_skipped:
            if self._state.destination == "pict" and token.number is not None:
                self._size[word] = token.number
        elif token.encoded:
            skipped = min(self._to_skip, len(token.encoded))
            self._to_skip -= skipped
            self._encoded += token.encoded[skipped:]
            self._is_first = False
        elif word == "*":
            self._is_optional = True
        elif word:
            self._flush()
            if not self._begin_destination(word):
                self._handle(word, token.number)
            self._is_first = self._is_optional = False
        elif self._to_skip:
            self._to_skip -= 1
        else:
            self._flush()
            self._add(token.character)

    def finish(self) -> list[Block]:
        self._flush()
        while len(self._stories) > 1:  # the file was cut
            self._end_story()
        return self._stories[0].finish()

    @property
    def _story(self) -> Story:
        return self._stories[-1]

    def _begin_group(self) -> None:
        self._flush()
        if len(self._outer) >= _DEEPEST:
            raise RefusalError(RefusalKind.LIMIT, "nesting")
        self._outer.append(self._state)
        self._is_first, self._is_optional = True, False

    def _end_group(self) -> None:
        self._flush()
        depth = len(self._outer)
        before = self._outer.pop() if self._outer else self._state
        if self._state.destination == "pict" and not before.is_skipped:
            sizes = (self._size.get("picwgoal", 0), self._size.get("pichgoal", 0))
            if min(sizes) >= _LARGE_TWIPS:
                self.remarks.append((RemarkKind.PICTURE, ""))
        if self._story.depth == depth and len(self._stories) > 1:
            self._end_story()
        if self._story.fields and self._story.fields[-1][0] == depth:
            self._end_field(self._story.fields.pop()[1])
        self._state = before

    def _begin_destination(self, word: str) -> bool:
        """Begin what a control word at the start of a group announces, if it does."""
        depth = len(self._outer)
        if word in STORIES:
            self._stories.append(Story(word, depth))
            self._state = self._state._replace(
                table_level=0,
                style=None,
                outline=None,
                math=begin_equation() if word == "moMath" else None,
            )
            if word == "formfield":
                self._form = FormField()
        elif word in SKIPPED or (self._is_optional and word not in TRANSPARENT):
            self._state = self._state._replace(is_skipped=True, destination=word)
            self._size = {}
        elif word == "field":
            field = Field()
            field.begin_result(self._story.pieces)
            self._story.fields.append((depth, field))
        elif word == "object":
            self.remarks.append((RemarkKind.SKIPPED, "object"))
        elif self._is_first and self._state.math is not None and word.startswith("m"):
            self._state = self._state._replace(math=begin_element(self._state.math, word))
        else:
            return False
        return True

    def _handle(self, word: str, number: int | None) -> None:
        self._to_skip = 0
        if self._story.kind == "fonttbl":
            self._fonts.define(word, number)
        elif self._story.kind == "stylesheet":
            self._styles.define(word, number)
        elif self._story.kind == "formfield":
            self._form.handle(word, number)
        elif word in CHARACTERS:
            self._add(CHARACTERS[word])
        elif word == "u" and number is not None:
            self._add(self._fonts.translate(chr(number % 0x10000), self._state.font))
            self._to_skip = self._state.fallback_chars
        elif word in _CODE_PAGES:
            self._fonts.set_default(word, number)
        elif word in _STRUCTURE:
            self._structure(word, number)
        else:
            self._state = self._state.format(word, number)

    def _structure(self, word: str, number: int | None) -> None:
        """Handle the end of a paragraph, cell or row, or the definition of a row."""
        story, level = self._story, self._state.table_level
        inner = max(level, 2)
        if word in {"par", "sect"}:
            story.end_paragraph(self._make_model(), level)
        elif word in {"cell", "nestcell"}:
            story.end_cell(inner if word == "nestcell" else 1)
        elif word in {"row", "nestrow"}:
            story.end_row(inner if word == "nestrow" else 1)
        elif word == "trowd":
            story.definition = RowDefinition()
        else:
            story.definition.handle(word, number)

    def _make_model(self) -> Block:
        """Return a block of the kind and level of the paragraph that ends."""
        level = self._styles.find_level(self._state.style, self._state.outline)
        if level is not None and self._story.kind == "rtf":
            return Block("", BlockKind.HEADING, level)
        return Block("", level=self._state.list_level if self._story.label else 0)

    def _flush(self) -> None:
        if self._encoded:
            encoded, self._encoded = bytes(self._encoded), bytearray()
            self._add(self._fonts.decode(encoded, self._state.font))

    def _add(self, text: str) -> None:
        state, story = self._state, self._story
        if story.kind == "fonttbl":
            self._fonts.name(text)
        elif story.kind == "stylesheet":
            self._styles.name(text)
        elif state.math is not None:
            add_text(state.math, text)
        elif state.is_hidden and not state.is_deleted and text.strip():
            self.remarks.append((RemarkKind.SKIPPED, "hidden text"))
        elif not state.is_hidden and not state.is_deleted:
            story.add(text, is_bold=state.is_bold, table_level=state.table_level)

    def _end_story(self) -> None:
        """End a destination, and use its text in the one around it."""
        story, outer = self._stories.pop(), self._stories[-1]
        if story.kind in MARGINS:
            for block in story.finish():
                if block.text not in self._margins and not is_about_pages(block.text):
                    outer.blocks.append(block)
                self._margins.add(block.text)
        elif story.kind in BOXES:
            outer.boxes += story.finish()
        elif story.kind == "moMath" and self._state.math is not None:
            outer.pieces.append(read_equation(self._state.math))
        elif story.kind == "formfield" and len(self._stories) > 1 and self._stories[-2].fields:
            # Its group is in that of the field's code.
            self._stories[-2].fields[-1][1].form = self._form.read_value()
        elif story.kind == "fldinst" and outer.fields:
            outer.fields[-1][1].code = story.flatten()
        elif text := story.flatten():
            self._use_text(story.kind, text, outer)

    def _use_text(self, kind: str, text: str, outer: Story) -> None:
        if kind in LABELS:
            outer.label = f"{text if len(text) > 1 or text.isalnum() else show_bullet(text, '')} "
        elif kind == "footnote":
            outer.pieces.append(f" ({text})")
        elif kind == "atnauthor":
            self._author = text
        elif kind == "annotation":
            outer.pieces.append(
                f" [💬 {self._author}: {text}]" if self._author else f" [💬 {text}]"
            )
        elif kind == "ffl":
            self._form.choices.append(text)

    def _end_field(self, field: Field) -> None:
        pieces = self._story.pieces
        if field.pieces is not pieces:  # it began in an earlier paragraph
            return
        if field.form is not None:
            pieces.append(field.form)
        elif self._story.kind in MARGINS and field.name in PAGE_FIELDS:
            del pieces[field.start :]
        else:
            pieces.append(show_address(field.address, "".join(pieces[field.shown])))
