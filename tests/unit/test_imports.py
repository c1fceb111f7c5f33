"""Import rules that import-linter cannot express; its contracts are in pyproject.toml."""

import ast
import sys
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from deploy.environment import ROOT

# They run before anything is installed, or take memory for each bot; values are exceptions.
ALONE = {
    "personal_bot/forking/launcher.py": {"launching"},
    "personal_bot/forking/launching.py": set(),
    "deploy/environment.py": {"deploy.progress"},
    "deploy/progress.py": set(),
}


def find_imports(source: str) -> set[str]:
    """Return every module that is imported anywhere in the source, even inside a function."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add("." * node.level + (node.module or ""))
    return found


@pytest.mark.parametrize("path", ALONE)
def test_modules_that_stand_alone_import_the_standard_library_only(path):
    foreign = {
        name
        for name in find_imports((ROOT / path).read_text(encoding="utf-8"))
        if name.partition(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == ALONE[path]


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("master", "personal_bot", "deploy")
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))
