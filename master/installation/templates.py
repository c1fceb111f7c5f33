"""Rendering of generated configuration files from the templates in `templates/`."""

import shlex
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def find_templates() -> Path:
    """Return the folder of the templates: in the installed package, or next to it in a checkout.

    Raises FileNotFoundError.
    """
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "templates", package.parent / "templates"):
        if (folder / "program.conf.j2").is_file():
            return folder
    raise FileNotFoundError(f"no templates beside {package}")


def render(template: str, **values: Any) -> str:
    """Render a template. Raises jinja2.TemplateError, also for a missing value."""
    return _environment().get_template(template).render(**values)


def format_command(command: Sequence[str]) -> str:
    """Quote a command for supervisord, which takes `%` for an expansion."""
    return shlex.join(command).replace("%", "%%")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(find_templates()),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - configuration, not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["command"] = format_command
    environment.filters["env"] = _quote
    return environment


def _quote(value: object) -> str:
    """Quote for python-dotenv, which unescapes quotes and backslashes inside single quotes.

    It also expands variables there and has no escape for that, so `${` becomes `${:-$}{`: a
    variable without a name, whose default is `$`.
    """
    text = str(value).replace("\\", "\\\\").replace("'", "\\'").replace("${", "${:-$}{")
    return f"'{text}'"
