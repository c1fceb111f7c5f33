"""Measure how much of what documents state is found again in passages that can be read alone.

    python -m tests.benchmarks.reading [--rivals PYTHON] [--only XLSX …] [--output build/benchmarks]

Makes documents of each format with known content, converts and splits them as a bot does, and looks
for each fact in the passages; `facts` tells when a fact counts as found. PYTHON is the interpreter
of another environment, in which the same documents are read by MarkItDown and by the converters of
Haystack, and split by Haystack's RecursiveDocumentSplitter (see `rivals`). Writes `reading.md`, a
table of shares and a list of the lost facts of each reader, and `reading.json`, all passages. Takes
less than a minute. Exits with 1 if this project lost a fact.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.benchmarks.reading import formats, own
from tests.benchmarks.reading.facts import Passage
from tests.benchmarks.reading.generated import Generated
from tests.benchmarks.reading.tables import Reading, find_lost, render_lost, render_shares

OWN = "This project"
ROOT = Path(__file__).resolve().parents[3]
RIVALS_TIME = 600  # seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rivals", type=Path, metavar="PYTHON")
    parser.add_argument("--only", nargs="+", default=[], metavar="FORMAT")
    parser.add_argument("--output", type=Path, default=Path("build/benchmarks"))
    chosen = parser.parse_args()
    only = {name.upper() for name in chosen.only}
    documents = [each for each in formats.list_documents() if not only or each.format in only]
    with tempfile.TemporaryDirectory() as name:
        readings = {OWN: asyncio.run(own.read(documents, Path(name)))}
        if chosen.rivals:
            readings |= run_rivals(chosen.rivals, documents, Path(name))
    write(chosen.output, documents, readings)
    print(
        render_shares(documents, readings), *render_lost(documents, {OWN: readings[OWN]}), sep="\n"
    )
    return 1 if find_lost(documents, readings[OWN]) else 0


def run_rivals(python: Path, documents: Sequence[Generated], folder: Path) -> dict[str, Reading]:
    """Return what each rival reads of the documents."""
    files, written = folder / "files", folder / "rivals.json"
    files.mkdir()
    for document in documents:
        (files / document.name).write_bytes(document.content)
    module = "tests.benchmarks.reading.rivals"
    command = [str(python), "-E", "-m", module, str(files), str(written)]
    subprocess.run(command, cwd=ROOT, check=True, timeout=RIVALS_TIME)
    return {
        reader: {
            name: None if texts is None else [Passage(text) for text in texts]
            for name, texts in read.items()
        }
        for reader, read in json.loads(written.read_text(encoding="utf-8")).items()
    }


def write(folder: Path, documents: Sequence[Generated], readings: Mapping[str, Reading]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    report = [render_shares(documents, readings), *render_lost(documents, readings)]
    (folder / "reading.md").write_text("\n".join(report), encoding="utf-8")
    texts = {
        reader: {
            name: None if passages is None else [passage.text for passage in passages]
            for name, passages in reading.items()
        }
        for reader, reading in readings.items()
    }
    content = json.dumps(texts, ensure_ascii=False, indent=1)
    (folder / "reading.json").write_text(content, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
