"""Write deploy/requirements.lock: runtime packages, then those only for tests, with hashes.

It needs uv, because pip cannot resolve for all supported Python versions at once.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from deploy.environment import ROOT, TESTS_ONLY

LOCK = ROOT / "deploy" / "requirements.lock"
COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
    *("--extra", "postgresql", "--group", "build", "pyproject.toml"),
)


def split_requirements(lock: str) -> list[str]:
    """Split the text of a lock into requirements, each with its hashes."""
    return re.findall(r"^\S.*\n(?:[ \t]+.*\n)*", lock, flags=re.MULTILINE)


def join_parts(runtime: str, everything: str) -> str:
    """Join the lock: `runtime`, the line TESTS_ONLY, then what only `everything` contains."""
    needed = split_requirements(runtime)
    added = [block for block in split_requirements(everything) if block not in needed]
    return "".join([*needed, f"\n{TESTS_ONLY}\n", *added])


def main() -> int:
    uv = shutil.which("uv")
    if uv is None:
        print("deploy/lock needs uv: pipx install uv", file=sys.stderr)
        return 1
    upgrade = ["--upgrade"] if "--upgrade" in sys.argv[1:] else []
    with tempfile.TemporaryDirectory() as folder:
        runtime, everything = Path(folder, "runtime.txt"), Path(folder, "everything.txt")
        if LOCK.exists():  # keep the pinned versions that pyproject.toml still allows
            shutil.copy(LOCK, runtime)
            shutil.copy(LOCK, everything)
        for command in (
            [uv, *COMPILE, *upgrade, "-o", str(runtime)],
            [uv, *COMPILE, *upgrade, "--group", "test", "-c", str(runtime), "-o", str(everything)],
        ):
            if (status := subprocess.run(command, cwd=ROOT, check=False).returncode) != 0:
                return status
        LOCK.write_text(join_parts(runtime.read_text(), everything.read_text()))
    print(f"{LOCK.relative_to(ROOT)}: {len(split_requirements(LOCK.read_text())) - 1} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
