"""Write deploy/requirements.lock: packages by the part that needs them, with hashes.

It needs uv, because pip cannot resolve for all supported Python versions at once.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from deploy.environment import HEADINGS, PARTS, ROOT

LOCK = ROOT / "deploy" / "requirements.lock"
COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
    *("--extra", "postgresql", "--group", "build", "pyproject.toml"),
)
# What each part needs beyond the previous ones.
ADDED = {
    "runtime": (),
    "local-embeddings": ("--extra", "local-embeddings"),
    "test": ("--group", "test"),
}


def split_requirements(lock: str) -> list[str]:
    """Split the text of a lock into requirements, each with its hashes."""
    return re.findall(r"^\S.*\n(?:[ \t]+.*\n)*", lock, flags=re.MULTILINE)


def join_parts(requirements: Sequence[str]) -> str:
    """Join the requirements of PARTS; below its heading, each has only what it adds."""
    joined: list[str] = []
    for part, text in zip(PARTS, requirements, strict=True):
        added = [block for block in split_requirements(text) if block not in joined]
        joined += [f"\n{HEADINGS[part]}\n", *added] if part in HEADINGS else added
    return "".join(joined)


def main() -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("deploy/lock needs uv: pipx install uv", file=sys.stderr)
        return 1
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    with tempfile.TemporaryDirectory() as folder:
        added: list[str] = []
        constraints: list[str] = []
        outputs = [Path(folder, f"{part}.txt") for part in PARTS]
        for part, output in zip(PARTS, outputs, strict=True):
            if LOCK.exists():  # keep the pinned versions that pyproject.toml still allows
                shutil.copy(LOCK, output)
            added += ADDED[part]
            command = [uv, *COMPILE, *upgrade, *added, *constraints, "-o", str(output)]
            if (status := subprocess.run(command, cwd=ROOT, check=False).returncode) != 0:
                return status
            constraints = ["-c", str(output)]
        LOCK.write_text(join_parts([output.read_text() for output in outputs]))
    packages = len(split_requirements(LOCK.read_text())) - len(HEADINGS)
    print(f"{LOCK.relative_to(ROOT)}: {packages} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
