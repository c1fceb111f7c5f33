"""The wheel contains all code and data files that the programs need, and nothing else."""

import subprocess
import sys
import zipfile

import pytest

from deploy.environment import ROOT

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_holds_every_module(names):
    for package in ("master", "personal_bot", "deploy"):
        for module in (ROOT / package).rglob("*.py"):
            assert module.relative_to(ROOT).as_posix() in names


def test_it_holds_the_shell_that_waits_for_a_bot(names):
    assert "personal_bot/forking/waiting.sh" in names


def test_it_holds_the_templates(names):
    for template in (ROOT / "templates").iterdir():
        assert f"master/templates/{template.name}" in names


def test_it_holds_compiled_catalogues_and_no_sources_of_them(names):
    sources = list(ROOT.glob("*/locales/*/LC_MESSAGES/*.po"))
    assert sources
    for source in sources:
        assert source.relative_to(ROOT).with_suffix(".mo").as_posix() in names
    assert not any(name.endswith((".po", ".pot")) for name in names)


def test_it_holds_the_page_of_the_sandbox(names):
    page = [path for path in (ROOT / "deploy/sandbox/page").rglob("*") if path.is_file()]
    assert page
    for path in page:
        assert path.relative_to(ROOT).as_posix() in names


def test_it_holds_nothing_of_this_machine(names):
    strays = {"__pycache__", "var", ".env", ".venv", "pictures"}
    assert [name for name in names if strays & set(name.split("/"))] == []


def test_its_commands_know_that_they_are_installed(names):
    assert "deploy/up.py" in names
    assert "deploy/up" not in names
