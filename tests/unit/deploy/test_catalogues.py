"""A catalogue translates every message and plural form, with the same placeholders and tags."""

import gettext
import os
from pathlib import Path

import pytest

from deploy.catalogues import check_catalogues, compile_catalogues, update_catalogues
from deploy.environment import ROOT

HEADER = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\\n"

"""
COMPLETE = """msgid "Hello, {name}!"
msgstr "Здравствуйте, {name}!"

msgid "{count} file"
msgid_plural "{count} files"
msgstr[0] "{count} файл"
msgstr[1] "{count} файла"
msgstr[2] "{count} файлов"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    source = tmp_path / "shop" / "texts.py"
    (tmp_path / "shop/locales/ru/LC_MESSAGES").mkdir(parents=True)
    source.write_text('_("Hello, {name}!")\n_("{count} file", "{count} files", 3)\n')
    return tmp_path


def write(root: Path, messages: str) -> Path:
    path = root / "shop/locales/ru/LC_MESSAGES/shop.po"
    path.write_text(HEADER + messages, encoding="utf-8")
    return path


def test_a_complete_catalogue_has_no_findings(root):
    write(root, COMPLETE)
    assert check_catalogues(root) == []


@pytest.mark.parametrize(
    ("right", "wrong", "finding"),
    [
        ("Здравствуйте, {name}!", "", "not translated: 'Hello, {name}!'"),
        ('msgstr[2] "{count} файлов"\n', "", "not translated: '{count} file'"),
        ("Здравствуйте, {name}!", "Привет, {nane}!", "placeholders differ in 'Привет, {nane}!'"),
        ("файлов", "файлов {more}", "placeholders differ in '{count} файлов {more}'"),
        ("Здравствуйте", "<b>Привет", "tags differ in '<b>Привет, {name}!'"),
        ('msgid "Hello', '#, fuzzy\nmsgid "Hello', "fuzzy: 'Hello, {name}!'"),
        ("nplurals=3", "nplurals=4", "4 plural forms do not match the language"),
        ("nplurals=3", "nplurals=2", "msg has more translations than num_plurals of catalog on 8"),
    ],
)
def test_every_defect_of_a_translation_is_named(root, right, wrong, finding):
    path = write(root, COMPLETE)
    path.write_text(path.read_text(encoding="utf-8").replace(right, wrong, 1), encoding="utf-8")
    found = [problem.partition(": ")[2] for problem in check_catalogues(root)]
    assert finding in found


def test_messages_of_sources_and_catalogue_are_the_same_set(root):
    write(root, COMPLETE.replace("Hello, {name}!", "Goodbye, {name}!"))
    assert check_catalogues(root) == [
        "shop/locales/ru/LC_MESSAGES/shop.po: has no translation of 'Hello, {name}!'",
        "shop/locales/ru/LC_MESSAGES/shop.po: no source contains 'Goodbye, {name}!'",
    ]


def test_a_compiled_catalogue_speaks_with_the_right_plural(root):
    path = write(root, COMPLETE)
    assert compile_catalogues(root) == [path.with_suffix(".mo")]
    translations = gettext.translation("shop", root / "shop/locales", ["ru"])
    forms = [translations.ngettext("{count} file", "{count} files", n) for n in (1, 22, 11)]
    assert forms == ["{count} файл", "{count} файла", "{count} файлов"]


def test_a_catalogue_is_compiled_again_only_when_it_changed(root):
    path = write(root, COMPLETE)
    compile_catalogues(root)
    assert compile_catalogues(root) == []
    older = path.stat().st_mtime - 3600  # a restored backup is older than the file it replaces
    os.utime(path, (older, older))
    assert compile_catalogues(root) == [path.with_suffix(".mo")]


def test_an_update_adds_what_is_new_and_keeps_what_is_translated(root):
    path = write(root, COMPLETE.partition("\n\n")[0])
    assert update_catalogues(root) == [path]
    assert "Здравствуйте" in path.read_text(encoding="utf-8")
    assert [problem.partition(": ")[2] for problem in check_catalogues(root)] == [
        "not translated: '{count} file'"
    ]


def test_no_text_is_translated_within_an_f_string() -> None:
    """Before Python 3.12, Babel does not find such texts, so they would stay in English."""
    sources = [path for room in ("master", "personal_bot") for path in (ROOT / room).rglob("*.py")]
    assert not [path for path in sources if "{_(" in path.read_text(encoding="utf-8")]
