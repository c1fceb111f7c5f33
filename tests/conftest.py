"""What every test may rely on: compiled catalogues, and nothing of the operator's environment."""

from pathlib import Path

from deploy.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Compile before anything is imported: a module may open its catalogue as it is loaded."""
    compile_catalogues(ROOT)
