"""Hatchling build hook that compiles the catalogues for every wheel, editable or not."""

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CatalogueBuildHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before files are collected. By path, as `deploy` cannot be imported here."""
        del version, build_data
        root = Path(self.root)
        runpy.run_path(str(root / "deploy/catalogues.py"))["compile_catalogues"](root)
