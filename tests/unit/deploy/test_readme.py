"""The README matches the project's settings, files and console scripts."""

import re
import tomllib

import dotenv
import pytest

import master.settings
import personal_bot.settings
from deploy.environment import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MASTER_FIELDS = [name.upper() for name in master.settings.Settings.model_fields]
BOT_FIELDS = [name.upper() for name in personal_bot.settings.Settings.model_fields]
DEFAULTS = {
    name: str(field.default)
    for name, field in master.settings.Settings.model_fields.items()
    if isinstance(field.default, str | int) and field.default
}


@pytest.mark.parametrize("name", sorted({*MASTER_FIELDS, *BOT_FIELDS}))
def test_every_setting_is_in_the_readme(name):
    assert f"`{name}`" in README


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_readme_tells_the_default(name):
    assert re.search(
        rf"^\| `{name.upper()}` \| `{re.escape(DEFAULTS[name])}` \|", README, re.MULTILINE
    )


def test_the_example_holds_every_setting_of_the_master_and_no_other():
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE) == list(
        dict.fromkeys(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    )
    assert set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE)) == set(MASTER_FIELDS)
    assert dotenv.dotenv_values(ROOT / ".env.example") == {"MASTER_BOT_TOKEN": ""}


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!https?:)[^)#]+)\)", README))
def test_what_the_readme_links_to_is_there(path):
    assert (ROOT / path).exists()


@pytest.mark.parametrize(
    "path", sorted(set(re.findall(r"`?((?:deploy|master|personal_bot|\.ci)/[\w.-]+)", README)))
)
def test_every_file_that_the_readme_names_is_there(path):
    assert (ROOT / path).exists()


def test_every_console_script_is_in_the_readme():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for script in project["scripts"]:
        assert f"`{script}`" in README
