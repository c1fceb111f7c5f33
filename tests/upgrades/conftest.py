"""State folders that earlier versions left behind, recorded with `record`."""

import tarfile
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parent
RECORDINGS = sorted(FOLDER.glob("*.tar.xz"))


@pytest.fixture(params=RECORDINGS, ids=lambda path: path.name.removesuffix(".tar.xz"))
def recording(request: pytest.FixtureRequest) -> Path:
    """Return the archive of a version, which is its name."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def state(recording: Path, tmp_path: Path) -> Path:
    """Unpack a version's state folder; the index's sparse files stay sparse."""
    with tarfile.open(recording) as archive:
        archive.extractall(tmp_path, filter="data")
    return tmp_path
