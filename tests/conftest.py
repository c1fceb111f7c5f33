"""Set up all tests: compiled catalogues, and temporary paths short enough for sockets."""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import personal_bot.bot_api
import personal_bot.index  # noqa: F401 - both first, because they defer models
from deploy.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Compile the catalogues first, because modules may open theirs when imported."""
    compile_catalogues(ROOT)
    settings.register_profile("any machine", deadline=None)
    settings.load_profile("any machine")


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Replace pytest's own fixture, whose paths are too long for the 107 bytes of a socket path."""
    with tempfile.TemporaryDirectory(prefix="tgrag-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[Any]:
    """Start PostgreSQL and PgBouncer once for all tests that need them."""
    from tests import postgresql  # noqa: PLC0415 - few tests need the driver

    if lacking := postgresql.find_lacking():
        assert "REQUIRE_POSTGRESQL" not in os.environ, lacking
        pytest.skip(lacking)
    with postgresql.serve() as server:
        yield server
