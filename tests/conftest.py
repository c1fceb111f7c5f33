"""What every test may rely on: compiled catalogues, and folders in which sockets fit."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from deploy.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Compile before anything is imported: a module may open its catalogue as it is loaded."""
    compile_catalogues(ROOT)
    settings.register_profile("any machine", deadline=None)
    settings.load_profile("any machine")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Stand in for pytest's own: its name leaves too little of the 107 bytes of a socket's path."""
    with tempfile.TemporaryDirectory(prefix="tgrag-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
