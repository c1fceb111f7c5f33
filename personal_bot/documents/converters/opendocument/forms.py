"""Reads the values of form controls and of form fields in OpenDocument files."""

from typing import Final

from lxml import etree

from personal_bot.documents.converters.office.package import read_attribute, read_tag
from personal_bot.documents.converters.opendocument.names import DRAW, FIELD, FORM, LOEXT, TEXT, XML
from personal_bot.documents.converters.opendocument.styles import read_plain_text

_ON: Final = {"true", "checked"}
_SKIPPED: Final = {"button", "image", "hidden", "frame", "grid", "image-frame", "generic-control"}
_CHECKED, _UNCHECKED = "☑", "☐"


class Controls:
    """The controls of forms, which shapes refer to."""

    def __init__(self) -> None:
        self._controls: dict[str, etree._Element] = {}

    def add(self, parent: etree._Element) -> None:
        """Add the controls of all forms below an element, or of the element itself."""
        self._controls |= {
            control.get(name, ""): control
            for form in parent.iter(f"{FORM}form")
            for control in form
            for name in (f"{XML}id", f"{FORM}id")
        }

    def read(self, shape: etree._Element) -> str:
        """Return what people see of the control that a shape shows."""
        control = self._controls.get(shape.get(f"{DRAW}control") or "-")
        tag = "" if control is None else read_tag(control)
        if control is None or tag in _SKIPPED:
            return ""
        label = control.get(f"{FORM}label", "")
        if tag in {"checkbox", "radio"}:
            return f"{_read_state(control, tag)} {label}".strip()
        if tag == "fixed-text":
            return label
        if tag == "listbox":
            return ", ".join(_list_chosen(control))
        value = control.get(f"{FORM}current-value") or control.get(f"{FORM}value") or ""
        return value or "\n".join(map(read_plain_text, control.iter(f"{TEXT}p")))


def _read_state(control: etree._Element, tag: str) -> str:
    name = "state" if tag == "checkbox" else "selected"
    state = control.get(f"{FORM}current-{name}") or control.get(f"{FORM}{name}")
    return _CHECKED if state in _ON else _UNCHECKED


def _list_chosen(control: etree._Element) -> list[str]:
    """Return the entries of a list that are chosen, or chosen from the start."""
    options = control.findall(f"{FORM}option")
    for name in ("current-selected", "selected"):
        chosen = [option for option in options if option.get(f"{FORM}{name}") == "true"]
        if chosen:
            return [read_attribute(option, "label") or "" for option in chosen]
    return []


def read_mark(mark: etree._Element) -> str:
    """Return the state of a check box or the choice of a list that came from Word."""
    kind = mark.get(f"{FIELD}type", "")
    values: dict[str, list[str]] = {}
    for parameter in mark.iterfind(f"{FIELD}param"):
        name = parameter.get(f"{FIELD}name", "").rpartition("_")[2]
        values.setdefault(name, []).append(parameter.get(f"{FIELD}value", ""))
    if kind.endswith("FORMCHECKBOX"):
        return _CHECKED if values.get("Checked", [""])[0] == "true" else _UNCHECKED
    if kind.endswith("FORMDROPDOWN"):
        index = values.get("Selected", values.get("Result", ["0"]))[0]
        entries = values.get("ListEntry", [])
        is_known = index.isdecimal() and len(index) < 7 and int(index) < len(entries)
        return entries[int(index)] if is_known else ""
    return ""


def is_prompt(control: etree._Element) -> bool:
    """Tell whether a content control still shows its prompt."""
    return control.get(f"{LOEXT}showing-place-holder") == "true"
