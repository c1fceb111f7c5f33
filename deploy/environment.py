"""Create .venv, or update it when the lock has changed: `-m deploy.environment PART`.

It runs before anything is installed, so it uses only the standard library.
"""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("master", "personal_bot", "deploy")
PARTS = ("runtime", "local-embeddings", "test")  # each includes the previous ones
# The lines of the lock above what only these parts need.
HEADINGS = {
    "local-embeddings": "# For local embeddings only",
    "test": "# For the tests only",
}


class EnvironmentFailedError(Exception):
    """.venv cannot be created. The message is one line: the reason, and what to do about it."""


def select_requirements(lock: str, part: str) -> str:
    """Return the requirements of `part`: all above the heading of the next part."""
    for later in PARTS[PARTS.index(part) + 1 :]:
        lock = lock.partition(HEADINGS[later])[0]
    return lock


def describe_environment(root: Path, part: str) -> dict[str, str]:
    """Return what .venv depends on; it is updated when any of this has changed."""
    inputs = (root / "pyproject.toml", root / "deploy/requirements.lock")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in inputs)).hexdigest()
    return {"part": part, "inputs": digest, "root": str(root)}


def is_ready(root: Path, part: str) -> bool:
    """Tell whether .venv has everything that `part` needs, and an interpreter."""
    try:
        installed = json.loads(_mark(root).read_bytes())
    except (OSError, ValueError):
        return False
    fitting = [describe_environment(root, each) for each in PARTS[PARTS.index(part) :]]
    return installed in fitting and (root / ".venv/bin/python").exists()


def make_environment(root: Path, part: str) -> None:
    """Install what `part` needs into .venv. Raises EnvironmentFailedError, OSError."""
    _check_venv_module()
    with _locked(root):
        if is_ready(root, part):  # another process made it meanwhile
            return
        environment = root / ".venv"
        python = str(environment / "bin" / "python")
        if _belongs_here(environment):
            _mark(root).unlink(missing_ok=True)
        else:
            if environment.exists():
                shutil.rmtree(environment)
            environment.mkdir()
            with Progress("Creating the environment in .venv"):
                _run([sys.executable, "-m", "venv", str(environment)])
        pip = [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]
        install = [*pip, "install", "--no-compile"]
        lock = (root / "deploy/requirements.lock").read_text(encoding="utf-8")
        requirements = select_requirements(lock, part)
        with (
            tempfile.NamedTemporaryFile("w", suffix=".txt") as chosen,
            Progress(f"Installing {requirements.count('==')} packages") as progress,
        ):
            chosen.write(requirements)
            chosen.flush()
            _run([*install, "--require-hashes", "-r", chosen.name], progress)
        with Progress("Installing TG_BOT_RAG itself"):
            _run([*install, "--no-deps", "--no-build-isolation", "--no-index", "-e", str(root)])
        with Progress("Compiling"):
            _compile(python, environment / "lib", *(root / package for package in PACKAGES))
        write_mark(root, part)


def write_mark(root: Path, part: str) -> None:
    """Record that .venv has everything that `part` needs."""
    _mark(root).write_text(json.dumps(describe_environment(root, part)), encoding="utf-8")


def _mark(root: Path) -> Path:
    return root / ".venv" / "installed.json"


def _check_venv_module() -> None:
    if importlib.util.find_spec("venv") is None or importlib.util.find_spec("ensurepip") is None:
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        raise EnvironmentFailedError(
            f"Python {version} here lacks its venv module. On Debian and Ubuntu: "
            f"sudo apt install python{version}-venv"
        )


@contextmanager
def _locked(root: Path) -> Iterator[None]:
    """Hold a lock while the block runs; the kernel releases it when the process ends."""
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _belongs_here(environment: Path) -> bool:
    """Tell whether .venv was made in this folder and with this Python version."""
    try:
        settings = (environment / "pyvenv.cfg").read_text(encoding="utf-8")
        interpreter = (environment / "bin/pip").read_text(encoding="utf-8").partition("\n")[0]
    except (OSError, UnicodeDecodeError):
        return False
    version = f"version = {sys.version_info.major}.{sys.version_info.minor}."
    return version in settings and str(environment) in interpreter


def _compile(python: str, *folders: Path) -> None:
    """Compile all modules on all cores: pip uses one, and confined workers cannot keep theirs.

    Some packages contain files that do not compile, e.g. templates; pip passes these over, too.
    """
    command = [python, "-m", "compileall", "-qq", "-j", "0", *map(str, folders)]
    subprocess.run(command, stdin=subprocess.DEVNULL, check=False)


def _run(command: list[str], progress: Progress | None = None) -> None:
    """Run a command. Raises EnvironmentFailedError with the last error that it printed."""
    said = []
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as process:
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        for line in map(str.strip, process.stdout):
            if progress is not None and line.startswith("Collecting "):
                progress.detail = line.split()[1].partition("=")[0]
            said.append(line)
    if process.returncode != 0:
        errors = [line for line in said if "error" in line.lower()] or [
            line for line in said if line
        ]
        reason = errors[-1] if errors else f"exit status {process.returncode}"
        raise EnvironmentFailedError(f"{' '.join(command[1:3])} failed: {reason}")


def main() -> int:
    part = sys.argv[1]
    try:
        if not is_ready(ROOT, part):
            make_environment(ROOT, part)
    except EnvironmentFailedError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        print(
            f"Cannot write {error.filename}: {error.strerror}. Use a copy in a folder of your own.",
            file=sys.stderr,
        )
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
