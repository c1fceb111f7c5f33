"""Removes the reasoning that some models write into their answers, in streams too.

It stands at the start, between marks. Where a chat template has already written the opening mark
into the prompt, an answer begins with reasoning and contains only the closing mark
(github.com/vllm-project/vllm/issues/13125).
"""

_MARKS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "[THINK]": "[/THINK]",
}
UNOPENED = "</think>"


class ReasoningFilter:
    """Passes on the text of a stream without reasoning.

    With `hidden`, the text is held back until the closing mark, or to the end if there is none.
    """

    def __init__(self, *, hidden: bool = False) -> None:
        self._held = ""
        self._hidden = hidden
        self._closing = UNOPENED if hidden else None  # the mark that ends the present reasoning
        self._starting = not hidden  # reasoning may follow

    def feed(self, text: str) -> str:
        """Return what may be shown after this piece of text."""
        self._held += text
        while True:
            if self._closing is not None:
                _, found, after = self._held.partition(self._closing)
                if not found:
                    if not self._hidden:
                        self._held = self._held[-len(self._closing) :]
                    return ""
                self._held, self._closing, self._hidden, self._starting = after, None, False, True
            if not self._starting:
                shown, self._held = self._held, ""
                return shown
            self._held = self._held.lstrip()
            self._closing = _find_closing(self._held)
            if self._closing is None:
                if any(opening.startswith(self._held) for opening in _MARKS):
                    return ""  # a mark that is not complete yet
                self._starting = False

    def finish(self) -> str:
        """Return what was held back until the end and is no reasoning."""
        return "" if self._closing is not None and not self._hidden else self._held


def _find_closing(text: str) -> str | None:
    return next((closing for opening, closing in _MARKS.items() if text.startswith(opening)), None)


def remove_reasoning(text: str) -> str:
    """Return a whole answer without reasoning."""
    reasoning = ReasoningFilter()
    return drop_unopened(reasoning.feed(text) + reasoning.finish())


def drop_unopened(text: str) -> str:
    """Return what follows a closing mark that was never opened, else the text."""
    before, found, after = text.rpartition(UNOPENED)
    return after.lstrip() if found and not before.endswith("`") else text
