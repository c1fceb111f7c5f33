"""Message catalogues: check them, update them from the sources, and compile them.

`python -m deploy.catalogues check|update|compile [ROOT]`. A package with a `locales` folder has one
catalogue per language, `locales/<language>/LC_MESSAGES/<package>.po`; the msgids are English.
"""

import argparse
import io
import os
import re
import string
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_keywords
from babel.messages.mofile import write_mo
from babel.messages.plurals import get_plural
from babel.messages.pofile import PoFileError, read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
# Calls of aiogram and gettext: one argument is a message, three are singular, plural, number.
KEYWORDS = parse_keywords(
    [
        f"{name}:{spec}"
        for name in ("_", "__", "gettext", "lazy_gettext")
        for spec in ("1,1t", "1,2,3t")
    ]
    + ["N_", "ngettext:1,2", "lazy_ngettext:1,2", "__n:1,2"]
)


def find_catalogues(root: Path) -> Iterator[Path]:
    """Yield every .po file of the packages directly under `root`."""
    yield from sorted(root.glob("*/locales/*/LC_MESSAGES/*.po"))


def compile_catalogues(root: Path) -> list[Path]:
    """Compile each catalogue whose .mo has another modification time; return the new .mo files.

    Several processes may run it at the same time: each file is replaced atomically.
    Raises OSError, ValueError.
    """
    written = []
    for source in find_catalogues(root):
        target = source.with_suffix(".mo")
        changed_at = source.stat().st_mtime_ns
        if target.exists() and target.stat().st_mtime_ns == changed_at:
            continue
        compiled = io.BytesIO()
        write_mo(compiled, read_catalogue(source))
        with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as stream:
            stream.write(compiled.getvalue())
        os.chmod(stream.name, 0o644)  # noqa: PTH101 - the bots may run as another account
        os.utime(stream.name, ns=(changed_at, changed_at))
        os.replace(stream.name, target)  # noqa: PTH105 - an atomic rename
        written.append(target)
    return written


def read_catalogue(path: Path) -> Catalog:
    """Read a .po file; its folder names the language. Raises OSError, ValueError."""
    with path.open("rb") as stream:
        return read_po(stream, locale=path.parent.parent.name, abort_invalid=True)


def extract(package: Path) -> Catalog:
    """Extract the messages from the sources of `package`."""
    found = Catalog(project=package.name, charset="utf-8")
    for name, line, message, comments, context in extract_from_dir(
        package, [("**.py", "python")], keywords=KEYWORDS, comment_tags=("Translators:",)
    ):
        location = [(f"{package.name}/{Path(name).as_posix()}", line)]
        found.add(message, locations=location, auto_comments=comments, context=context)
    return found


def check_catalogues(root: Path) -> list[str]:
    """Return the problems found in the catalogues, one line each; empty if there are none."""
    problems = []
    for path in find_catalogues(root):
        shown = path.relative_to(root)
        try:
            catalogue = read_catalogue(path)
        except PoFileError as error:
            problems.append(f"{shown}: {error}")
            continue
        used = {
            message.id for message in extract(root / path.relative_to(root).parts[0]) if message.id
        }
        known = {message.id for message in catalogue if message.id}
        problems += [
            f"{shown}: has no translation of {_forms(gone)[0]!r}"
            for gone in sorted(used - known, key=_forms)
        ]
        problems += [
            f"{shown}: no source contains {_forms(old)[0]!r}"
            for old in sorted(known - used, key=_forms)
        ]
        problems += [f"{shown}: {finding}" for finding in _check_messages(catalogue)]
    return problems


def _check_messages(catalogue: Catalog) -> Iterator[str]:
    if catalogue.num_plurals != get_plural(catalogue.locale).num_plurals:
        yield f"{catalogue.num_plurals} plural forms do not match the language"
    for message in catalogue:
        if not message.id:
            continue
        name = repr(_forms(message.id)[0])
        translations = _forms(message.string)
        if message.fuzzy:
            yield f"fuzzy: {name}"
        if not all(translations):
            yield f"not translated: {name}"
        else:
            yield from _check_translations(message, translations)


def _check_translations(message: Message, translations: tuple[str, ...]) -> Iterator[str]:
    expected = set().union(*(_placeholders(original) for original in _forms(message.id)))
    for translation in translations:
        if _placeholders(translation) != expected:
            yield f"placeholders differ in {translation!r}"
        if _tags(translation) != _tags(_forms(message.id)[0]):
            yield f"tags differ in {translation!r}"


def _placeholders(text: str) -> set[str]:
    try:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except ValueError:  # a literal brace: this text is never formatted
        return set()


def _tags(text: str) -> list[str]:
    """Return the HTML tags of a text, sorted, because word order depends on the language."""
    return sorted(re.findall(r"</?[a-z][a-z-]*", text))


def _forms(text: str | Sequence[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def update_catalogues(root: Path) -> list[Path]:
    """Update every catalogue from the sources: new messages are empty, unused ones are removed."""
    changed = []
    for path in find_catalogues(root):
        catalogue = read_catalogue(path)
        catalogue.update(extract(root / path.relative_to(root).parts[0]), no_fuzzy_matching=True)
        merged = io.BytesIO()
        write_po(merged, catalogue, omit_header=False, ignore_obsolete=True, width=100)
        if merged.getvalue() != path.read_bytes():
            path.write_bytes(merged.getvalue())
            changed.append(path)
    return changed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m deploy.catalogues", description=__doc__)
    parser.add_argument("action", choices=["check", "update", "compile"])
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    options = parser.parse_args()
    if options.action == "check":
        problems = check_catalogues(options.root)
        print("\n".join(problems) or "The catalogues are complete.")
        return 1 if problems else 0
    act = update_catalogues if options.action == "update" else compile_catalogues
    for path in act(options.root):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
