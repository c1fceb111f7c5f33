"""The types of files that are read, and the names by which senders mention them."""

from enum import StrEnum
from typing import Final

from personal_bot.documents.converters.protocol import Hints


class MediaType(StrEnum):
    PDF = "application/pdf"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    XLS = "application/vnd.ms-excel"
    ODT = "application/vnd.oasis.opendocument.text"
    ODS = "application/vnd.oasis.opendocument.spreadsheet"
    ODP = "application/vnd.oasis.opendocument.presentation"
    RTF = "application/rtf"
    EPUB = "application/epub+zip"
    ZIP = "application/zip"
    EML = "message/rfc822"
    MSG = "application/vnd.ms-outlook"
    MHT = "multipart/related"
    HTML = "text/html"
    CSV = "text/csv"
    MARKDOWN = "text/markdown"
    TEXT = "text/plain"
    JSON = "application/json"
    YAML = "application/yaml"
    XML = "application/xml"
    LOG = "text/x-log"
    CODE = "text/x-source-code"


LANGUAGES: Final = {  # of source code, by suffix, as fences of Markdown name them
    ".py": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".jsx": "jsx",
    ".ts": "typescript",
    ".tsx": "tsx",
    ".java": "java",
    ".kt": "kotlin",
    ".scala": "scala",
    ".c": "c",
    ".h": "c",
    ".cpp": "cpp",
    ".hpp": "cpp",
    ".cc": "cpp",
    ".cs": "csharp",
    ".go": "go",
    ".rs": "rust",
    ".rb": "ruby",
    ".php": "php",
    ".pl": "perl",
    ".lua": "lua",
    ".r": "r",
    ".swift": "swift",
    ".dart": "dart",
    ".sql": "sql",
    ".sh": "bash",
    ".bash": "bash",
    ".ps1": "powershell",
    ".bat": "bat",
    ".cmd": "bat",
    ".vb": "vb",
    ".bas": "vb",
    ".pas": "pascal",
    ".bsl": "bsl",
    ".css": "css",
    ".scss": "scss",
    ".tex": "latex",
    ".toml": "toml",
    ".ini": "ini",
    ".cfg": "ini",
    ".conf": "ini",
    ".env": "ini",
    ".properties": "properties",
    ".diff": "diff",
    ".patch": "diff",
}
SUFFIXES: Final = {
    ".pdf": MediaType.PDF,
    ".docx": MediaType.DOCX,
    ".docm": MediaType.DOCX,
    ".dotx": MediaType.DOCX,
    ".pptx": MediaType.PPTX,
    ".pptm": MediaType.PPTX,
    ".ppsx": MediaType.PPTX,
    ".potx": MediaType.PPTX,
    ".xlsx": MediaType.XLSX,
    ".xlsm": MediaType.XLSX,
    ".xltx": MediaType.XLSX,
    ".xls": MediaType.XLS,
    ".xlt": MediaType.XLS,
    ".odt": MediaType.ODT,
    ".ott": MediaType.ODT,
    ".ods": MediaType.ODS,
    ".ots": MediaType.ODS,
    ".odp": MediaType.ODP,
    ".otp": MediaType.ODP,
    ".rtf": MediaType.RTF,
    ".epub": MediaType.EPUB,
    ".zip": MediaType.ZIP,
    ".eml": MediaType.EML,
    ".msg": MediaType.MSG,
    ".mht": MediaType.MHT,
    ".mhtml": MediaType.MHT,
    ".html": MediaType.HTML,
    ".htm": MediaType.HTML,
    ".xhtml": MediaType.HTML,
    ".csv": MediaType.CSV,
    ".tsv": MediaType.CSV,
    ".tab": MediaType.CSV,
    ".md": MediaType.MARKDOWN,
    ".markdown": MediaType.MARKDOWN,
    ".txt": MediaType.TEXT,
    ".text": MediaType.TEXT,
    ".json": MediaType.JSON,
    ".jsonl": MediaType.JSON,
    ".ndjson": MediaType.JSON,
    ".geojson": MediaType.JSON,
    ".ipynb": MediaType.JSON,
    ".yaml": MediaType.YAML,
    ".yml": MediaType.YAML,
    ".xml": MediaType.XML,
    ".xsd": MediaType.XML,
    ".svg": MediaType.XML,
    ".log": MediaType.LOG,
    **dict.fromkeys(LANGUAGES, MediaType.CODE),
}
TEXTS: Final = frozenset(
    {
        *(MediaType.EML, MediaType.MHT, MediaType.HTML, MediaType.CSV, MediaType.MARKDOWN),
        *(MediaType.TEXT, MediaType.JSON, MediaType.YAML, MediaType.XML, MediaType.LOG),
        MediaType.CODE,
    }
)
_ALIASES: Final = {
    "text/rtf": MediaType.RTF,
    "application/x-zip-compressed": MediaType.ZIP,
    "application/xhtml+xml": MediaType.HTML,
    "text/tab-separated-values": MediaType.CSV,
    "application/csv": MediaType.CSV,
    "text/x-markdown": MediaType.MARKDOWN,
    "application/x-ndjson": MediaType.JSON,
    "text/json": MediaType.JSON,
    "application/x-yaml": MediaType.YAML,
    "text/yaml": MediaType.YAML,
    "text/xml": MediaType.XML,
    "application/x-mimearchive": MediaType.MHT,
    "application/vnd.ms-outlook": MediaType.MSG,
}


def find_named_type(hints: Hints) -> MediaType | None:
    """Return the type that the sender states, or else the suffix of the name, if it is known.

    Plain text says little: senders call logs, tables and source code so.
    """
    stated = hints.mime_type.partition(";")[0].strip().lower()
    named = SUFFIXES.get(hints.suffix)
    if stated in set(MediaType) - {MediaType.TEXT}:
        # "text/csv" for report.log is more than a name, "application/zip" for a .docx is less.
        return named if stated == MediaType.ZIP and named else MediaType(stated)
    return _ALIASES.get(stated) or named or (MediaType.TEXT if stated.startswith("text/") else None)
