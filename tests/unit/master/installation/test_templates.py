"""Templates reject missing values and quote values for the program that reads them."""

import io

import pytest
from dotenv import dotenv_values
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from master.installation.templates import find_templates, format_command, render


def test_templates_are_found():
    assert (find_templates() / "supervisord.conf.j2").is_file()


def test_a_value_that_is_missing_is_an_error():
    with pytest.raises(UndefinedError):
        render("program.conf.j2", name="bot-1")


def test_commands_are_quoted_for_supervisord():
    assert format_command(["/bin/x", "a b", "100%"]) == "/bin/x 'a b' 100%%"


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@example("x'\nLD_PRELOAD='evil.so")
@example("${HOME}\\'")
@example("\r\nA=1\x85B=2\u2028C=3")
def test_any_value_of_a_setting_comes_back_and_sets_nothing_else(value):
    content = render("settings.env.j2", title="Settings", settings={"NAME": value, "LAST": "end"})
    found = dotenv_values(stream=io.StringIO(content))
    assert found == {"NAME": value, "LAST": "end"}
