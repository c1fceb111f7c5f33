"""Templates are found, strict, and quoted for who reads the result."""

import pytest
from jinja2 import UndefinedError

from master.rendering import find_templates, format_command, render


def test_templates_are_found():
    assert (find_templates() / "supervisord.conf.j2").is_file()


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError):
        render("program.conf.j2", name="bot-1")


def test_commands_are_quoted_for_supervisord():
    assert format_command(["/bin/x", "a b", "100%"]) == "/bin/x 'a b' 100%%"
