"""The bot understands every output and exit of a worker.

No worker runs here; tests/integration/test_worker.py runs one.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from personal_bot import errors
from personal_bot.documents import conversion, converted
from personal_bot.documents.conversion import _explain_death
from personal_bot.documents.converted import read_conversion
from personal_bot.documents.converters.content import Block, BlockKind, Page, Remark, RemarkKind
from personal_bot.documents.converters.protocol import RefusalKind


def say(*messages: list[object]) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def test_every_refusal_has_its_error() -> None:
    assert set(converted._ERRORS) == set(RefusalKind)
    assert len(set(converted._ERRORS.values())) == len(RefusalKind)
    for kind, error in converted._ERRORS.items():
        with pytest.raises(error) as refusal:
            read_conversion(say(["refusal", kind, "why"]), "a.pdf")
        assert (refusal.value.name, refusal.value.detail) == ("a.pdf", "why")


def test_a_refused_file_of_an_archive_takes_its_pages_back() -> None:
    answer = say(
        ["locks", "seccomp"],
        ["file", "a.pdf", "application/pdf"],
        ["page", 1, None],
        ["block", "p", 0, "", "half"],
        ["refused", "a.pdf", "damaged", "why"],
        ["file", "b.txt", "text/plain"],
        ["page", None, "T"],
        ["block", "t", 0, "Prices", "a |"],
        ["more", " b"],
        ["remark", "skipped", 2, "object"],
        ["end"],
    )
    result = read_conversion(answer, "x.zip")
    assert result is not None
    [file] = result.files
    assert (file.name, file.pages) == (
        "x.zip/b.txt",
        [
            Page(
                None,
                [Block("a | b", BlockKind.TABLE, 0, "Prices")],
                "T",
                [Remark(RemarkKind.SKIPPED, 2, "object")],
            )
        ],
    )
    assert [str(error) for error in result.refused] == ["x.zip/a.pdf: why"]
    assert result.locks == ("seccomp",)


@pytest.mark.parametrize(
    ("status", "stderr", "error"),
    [
        (-24, "", errors.ConversionLimitError),
        (-9, "", errors.ConversionLimitError),
        (1, "Traceback …\nMemoryError", errors.ConversionLimitError),
        (-11, "", errors.DamagedFileError),
        (-64, "", errors.DamagedFileError),
        (1, "SyntaxError", errors.DamagedFileError),
    ],
)
@pytest.mark.parametrize("cut", [0, 20, 50])
def test_pages_of_a_worker_that_died_are_not_taken_for_the_file(
    status: int, stderr: str, error: type[errors.DocumentError], cut: int
) -> None:
    answer = say(["file", "", "text/plain"], ["page", 1, None], ["block", "p", 0, "", "beginning"])
    assert read_conversion(answer[: len(answer) - cut], "a.txt") is None
    assert type(_explain_death(status, stderr, "a.txt")) is error


def test_the_bot_imports_no_library_to_convert() -> None:
    script = (
        "import sys, personal_bot.documents.conversion\n"
        "libraries = {'pypdf', 'lxml', 'openpyxl', 'trafilatura', 'docx', 'pptx', 'haystack'}\n"
        "print(libraries & set(sys.modules))"
    )
    root = Path(conversion.__file__).parents[2]
    output = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert output.strip() == "set()"
