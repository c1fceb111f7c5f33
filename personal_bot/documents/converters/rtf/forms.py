"""Reads the values of form fields in RTF, which the text does not show."""

from typing import Final

_CHECK_BOX: Final = 1  # types of form fields
_LIST: Final = 2
_UNCHANGED: Final = 25  # the value of a field that still has its default


class FormField:
    def __init__(self) -> None:
        self.choices: list[str] = []
        self._properties: dict[str, int] = {}

    def handle(self, word: str, number: int | None) -> None:
        """Handle a control word of the field."""
        self._properties[word] = number or 0

    def read_value(self) -> str | None:
        """Return the state of a check box or the choice of a list; None for a text field."""
        value = self._properties.get("ffres", _UNCHANGED)
        if value == _UNCHANGED:
            value = self._properties.get("ffdefres", 0)
        kind = self._properties.get("fftype")
        if kind == _CHECK_BOX:
            return "☑" if value else "☐"
        if kind == _LIST:
            return self.choices[value] if 0 <= value < len(self.choices) else ""
        return None
