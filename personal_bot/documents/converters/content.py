"""What converters yield: pages that consist of blocks, with remarks on what was not read.

Imports only the standard library, because worker and bot both import this module.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # only the worker has cells
    from personal_bot.documents.converters.tables.cells import Cell

PASSAGE_WORDS = 120
"""The most words of a passage; a table row is cut into lines of fewer words, see `tables`."""

PASSAGE_CHARS = 1_500  # a "word" in a table or in Chinese can be as long as a page
SEGMENT_CHARS = 100_000  # of a block: longer tables and texts are yielded in several blocks


class BlockKind(StrEnum):
    PARAGRAPH = "p"
    HEADING = "h"
    ITEM = "i"  # of a list, with its bullet or number
    TABLE = "t"  # each line of the text is a row
    CODE = "c"  # or other text whose lines and indentation matter


class TableHead(NamedTuple):
    """What is known about the rows of one table: its title, and names by column.

    Columns that nothing names are missing in `names`; names on several levels are joined. With
    `may_have_header`, the first row may be the header, which nothing else tells.
    """

    title: str
    names: Mapping[int, str]
    may_have_header: bool = False


class TableRow(NamedTuple):
    """A row of a table below its header, by column; `number` is that of the sheet or file.

    `group` is the label above some rows, such as a region. Totals of other rows are marked.
    """

    number: int | None
    cells: "Mapping[int, Cell]"
    group: str = ""
    is_total: bool = False


class TableData(NamedTuple):
    """Rows of a table; those in several blocks have the same `head` object."""

    head: TableHead
    rows: Sequence[TableRow]


class Block(NamedTuple):
    """A block of text. A named tuple, because the garbage collector does not track those.

    `level` is that of a heading, from 1, or the depth of a list item, from 0. `lead` is shown above
    the text and again in each passage that begins within it: the title of a table, the opening
    fence of code. `data` are the rows of a table, which only the worker has.
    """

    text: str
    kind: BlockKind = BlockKind.PARAGRAPH
    level: int = 0
    lead: str = ""
    data: TableData | None = None


def is_continued(block: Block, following: Block) -> bool:
    """Tell whether two blocks are parts of one table, which is long if it has several."""
    return (
        block.kind is following.kind is BlockKind.TABLE
        and block.lead == following.lead
        and len(block.text) >= SEGMENT_CHARS // 2  # normalization may have shortened it
    )


class RemarkKind(StrEnum):
    """What the report of a document mentions beside what was read."""

    PICTURE = "picture"  # large enough to hold text, which was not read
    FORMULA = "formula"  # has no stored value and could not be computed
    DAMAGED = "damaged"  # a page or part that could not be read
    UNDECODABLE = "undecodable"  # lines that are text in no encoding
    SKIPPED = "skipped"  # a part of a kind that is not read; `detail` names it
    ENCODING = "encoding"  # in doubt; `detail` is its name, a tab and a line of the text in it
    COMPUTED = "computed"  # formulas without stored values that were computed
    HIDDEN = "hidden"  # rows, columns, sheets or slides that were read, although hidden
    LARGE_TABLE = "large_table"  # whose text was read, but which cannot be calculated with

    @property
    def is_loss(self) -> bool:
        return self not in {RemarkKind.COMPUTED, RemarkKind.HIDDEN, RemarkKind.LARGE_TABLE}


@dataclass(frozen=True, slots=True)
class Remark:
    kind: RemarkKind
    count: int = 1
    detail: str = ""  # a fact such as a name of an encoding, never a sentence


@dataclass(frozen=True)
class Page:
    """A part of a document: a page, slide, sheet, chapter, or all of it.

    `number` counts from 1, as in a viewer; None if the format has no page numbers. `title` is the
    name of a sheet or chapter, above all headings. `remarks` are complete once `blocks` have been
    iterated over.
    """

    number: int | None
    blocks: Iterable[Block]
    title: str | None = None
    remarks: Sequence[Remark] = field(default=())


def close_fence(lead: str) -> str:
    """Return the fence that closes code below `lead`, such as ``` below ```python; or nothing."""
    mark = lead[:1]
    return lead[: len(lead) - len(lead.lstrip(mark))] if mark and mark in "`~" else ""
