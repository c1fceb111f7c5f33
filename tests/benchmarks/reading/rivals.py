"""Reads files with MarkItDown and with the converters of Haystack, in their own environment.

    PYTHON -m tests.benchmarks.reading.rivals FOLDER OUTPUT

with `pip install "markitdown[docx,pptx,xlsx,pdf]" haystack-ai python-docx python-pptx openpyxl
pandas tabulate pypdf trafilatura lxml_html_clean markdown-it-py mdit_plain`. Writes the passages of
each file in FOLDER as JSON: {reader: {file name: [passage, …] or null}}, and for comparison the
uncut texts of each reader as "reader, uncut", in which no fact can be lost by cutting. A file is
null if a reader has no converter for its format, and has no passages if the converter fails. Tables
are asked for in Markdown where a converter offers it; other settings are the defaults. Passages
have 120 words, 20 of them repeated from the one before, as in earlier versions of this project.
"""

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path

os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"

from haystack import Document
from haystack.components.converters import (
    CSVToDocument,
    DOCXToDocument,
    HTMLToDocument,
    MarkdownToDocument,
    PPTXToDocument,
    PyPDFToDocument,
    TextFileToDocument,
    XLSXToDocument,
)
from haystack.components.preprocessors import RecursiveDocumentSplitter
from markitdown import MarkItDown, UnsupportedFormatException

SEPARATORS = ["\n\n", "\n", " "]
CONVERTERS = {
    ".xlsx": lambda: XLSXToDocument(table_format="markdown"),
    ".csv": CSVToDocument,
    ".docx": lambda: DOCXToDocument(table_format="markdown"),
    ".pptx": PPTXToDocument,
    ".pdf": PyPDFToDocument,
    ".html": HTMLToDocument,
    ".md": MarkdownToDocument,
    ".txt": TextFileToDocument,
    ".json": TextFileToDocument,
    ".jsonl": TextFileToDocument,
}

log = logging.getLogger("rivals")


def read_with_markitdown(path: Path) -> list[str] | None:
    try:
        return [MarkItDown().convert(path).text_content]
    except UnsupportedFormatException:
        return None


def read_with_haystack(path: Path) -> list[str] | None:
    make = CONVERTERS.get(path.suffix)
    if make is None:
        return None
    return [document.content or "" for document in make().run(sources=[path])["documents"]]


READERS: dict[str, Callable[[Path], list[str] | None]] = {
    "MarkItDown": read_with_markitdown,
    "Haystack": read_with_haystack,
}


def split(texts: list[str]) -> list[str]:
    splitter = RecursiveDocumentSplitter(
        split_length=120, split_overlap=20, split_unit="word", separators=SEPARATORS
    )
    documents = splitter.run([Document(content=text) for text in texts if text.strip()])
    return [document.content or "" for document in documents["documents"]]


def read(reader: Callable[[Path], list[str] | None], path: Path) -> list[str] | None:
    try:
        return reader(path)
    except Exception:
        log.exception("%s failed", path.name)
        return []


def main() -> None:
    folder, output = map(Path, sys.argv[1:])
    found: dict[str, dict[str, list[str] | None]] = {}
    for name, reader in READERS.items():
        whole = {path.name: read(reader, path) for path in sorted(folder.iterdir())}
        found[name] = {file: texts and split(texts) for file, texts in whole.items()}
        found[f"{name}, uncut"] = whole
    output.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
