"""Collects the paragraphs and tables of an RTF's body, note, header or other destination."""

from dataclasses import dataclass, field

from personal_bot.documents.converters.content import Block, BlockKind
from personal_bot.documents.converters.rtf.tables import RowDefinition, Table
from personal_bot.documents.converters.word.fields import Field


@dataclass
class _Row:
    """The cells of the current row of a table, up to the one that is being read."""

    cells: list[tuple[str, bool]] = field(default_factory=list)  # text, whether it is bold
    paragraphs: list[str] = field(default_factory=list)  # of the current cell
    is_bold: bool = True


@dataclass
class Story:
    """`kind` is the control word of the destination, `depth` that of its group."""

    kind: str
    depth: int
    definition: RowDefinition = field(default_factory=RowDefinition)
    blocks: list[Block] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)  # text of the current paragraph
    label: str = ""  # number or bullet of the current paragraph
    boxes: list[Block] = field(default_factory=list)  # text boxes of the current paragraph
    fields: list[tuple[int, Field]] = field(default_factory=list)  # open, with their depth
    _rows: dict[int, _Row] = field(default_factory=dict)  # by level of the table, from 1
    _tables: dict[int, Table] = field(default_factory=dict)

    def add(self, text: str, *, is_bold: bool, table_level: int) -> None:
        self.pieces.append(text)
        if table_level and not is_bold and not text.isspace():
            self._find_row(table_level).is_bold = False

    def end_paragraph(self, model: Block, table_level: int = 0) -> None:
        """End a paragraph of the kind and level of `model`, or one in a cell."""
        is_item = bool(self.label)
        text = self._take_text()
        if table_level:
            self._find_row(table_level).paragraphs.append(text)
            return
        self._end_tables()
        if text.strip():
            kind = BlockKind.ITEM if is_item and model.kind is BlockKind.PARAGRAPH else model.kind
            self.blocks.append(model._replace(text=text, kind=kind))
        self.blocks += self.boxes
        self.boxes = []

    def end_cell(self, table_level: int) -> None:
        row = self._find_row(table_level)
        texts = [*row.paragraphs, self._take_text()]
        if table_level > 1:
            texts += [block.text for block in self.boxes]
            self.boxes = []
        row.cells.append((" ".join(" ".join(texts).split()), row.is_bold))
        row.paragraphs, row.is_bold = [], True

    def end_row(self, table_level: int) -> None:
        cells = self._find_row(table_level).cells
        self._rows.pop(table_level)
        if cells:
            self._tables.setdefault(table_level, Table()).add(self.definition, cells)

    def finish(self) -> list[Block]:
        """Return all blocks; the destination ends."""
        self.end_paragraph(Block(""))
        return self.blocks

    def flatten(self) -> str:
        """Return the text of all blocks on a line; the destination ends."""
        return " ".join(" ".join(block.text for block in self.finish()).split())

    def _take_text(self) -> str:
        text = "".join(self.pieces)
        if not text.isascii():  # characters above U+FFFF come in two halves
            text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        text = f"{self.label}{text}"
        self.pieces, self.label = [], ""
        return text

    def _find_row(self, table_level: int) -> _Row:
        return self._rows.setdefault(table_level, _Row())

    def _end_tables(self) -> None:
        """Render the tables before this paragraph; those within cells come last."""
        for level in [*self._rows]:  # rows without an end
            self.end_row(level)
        for _, table in sorted(self._tables.items()):
            self.blocks += table.render()
        self._tables = {}
