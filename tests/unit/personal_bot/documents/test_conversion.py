"""The bot understands every output and exit of a worker.

No worker runs here; tests/integration/test_worker.py runs one.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from personal_bot import errors
from personal_bot.documents import conversion, worker
from personal_bot.documents.conversion import SUPPORTED, _understand
from personal_bot.documents.converters.protocol import RefusalKind


def say(*messages: list[object]) -> bytes:
    return b"".join(json.dumps(message).encode() + b"\n" for message in messages)


def test_every_refusal_has_its_error() -> None:
    assert set(conversion._ERRORS) == set(RefusalKind)
    assert len(set(conversion._ERRORS.values())) == len(RefusalKind)
    for kind, error in conversion._ERRORS.items():
        with pytest.raises(error) as refusal:
            _understand(say(["refusal", kind, "why"]), 0, "", "a.pdf")
        assert (refusal.value.name, refusal.value.detail) == ("a.pdf", "why")


def test_both_sides_name_the_request_alike() -> None:
    assert conversion._REQUEST == worker.REQUEST


def test_all_promised_formats_are_supported() -> None:
    promised = "pdf docx pptx xlsx txt md html htm csv tsv epub zip"
    assert {f".{suffix}" for suffix in promised.split()} == SUPPORTED


def test_a_refused_file_of_an_archive_takes_its_pages_back() -> None:
    answer = say(
        ["locks", "seccomp"],
        ["file", "a.pdf", "application/pdf"],
        ["page", 1, None, "half"],
        ["refused", "a.pdf", "damaged", "why"],
        ["file", "b.txt", "text/plain"],
        ["page", None, "T", "whole"],
        ["end"],
    )
    result = _understand(answer, 0, "", "x.zip")
    assert [(file.name, [page.text for page in file.pages]) for file in result.files] == [
        ("x.zip/b.txt", ["whole"])
    ]
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
    answer = say(["file", "", "text/plain"], ["page", 1, None, "beginning"])
    with pytest.raises(error):
        _understand(answer[: len(answer) - cut], status, stderr, "a.txt")


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
