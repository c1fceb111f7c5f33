"""Explains why a file of a certain kind is not read, and what to send instead."""

from collections.abc import Callable

from aiogram.utils.i18n import gettext as _

from personal_bot.documents.converters.types.signatures import CATEGORIES

FORMATS = "PDF, DOCX, PPTX, XLSX, XLS, ODT, ODS, ODP, RTF, TXT, MD, HTML, CSV, EPUB, EML, MSG, JSON"
_SAVED_AS = {"doc": "DOCX", "ppt": "PPTX", "xlsb": "XLSX", "pub": "PDF", "postscript": "PDF"}


def explain_unsupported(detail: str) -> str:
    """Return the explanation for a kind of file as the converters name it."""
    if detail in _SAVED_AS:
        return _(
            "I cannot read this old format. Open the file in its program, save it as {format}, and "
            "send that."
        ).format(format=_SAVED_AS[detail])
    category = next((name for name, kinds in CATEGORIES.items() if detail in kinds), detail)
    return _SENTENCES.get(category, _say_general)()


def _say_general() -> str:
    return _("I cannot read files of this kind. Send {formats}, or a ZIP of these.").format(
        formats=FORMATS
    )


def _say_image() -> str:
    return _(
        "This is a picture, and I do not read text in pictures. Run it through text recognition "
        "(OCR) and send the result."
    )


def _say_recording() -> str:
    return _("I cannot listen to recordings or watch videos. Send what is said as a text.")


def _say_archive() -> str:
    return _("I unpack only ZIP archives. Send the files in it, or a ZIP of them.")


def _say_encoding() -> str:
    return _(
        "I cannot tell how this text is encoded, and I would only read garbage. Save it as UTF-8 "
        "and send it again."
    )


def _say_drawing() -> str:
    return _("I cannot read this format. Save or print the file as PDF, and send that.")


_SENTENCES: dict[str, Callable[[], str]] = {
    "image": _say_image,
    "audio": _say_recording,
    "video": _say_recording,
    "archive": _say_archive,
    "encoding": _say_encoding,
    "drawing": _say_drawing,
    "book": _say_drawing,
}
