"""Every way in which a personal bot can fail, facts only: `texts.explain` makes sentences of them.

PersonalBotError
├─ StartError                     the bot cannot start; carries Condition and exit code
├─ DocumentError                  a file was refused; nothing of it was stored
│  ├─ FileTooLargeError           size and limit in bytes
│  ├─ UnsupportedFileError        its type
│  ├─ EmptyFileError
│  ├─ DamagedFileError
│  ├─ PasswordProtectedError
│  ├─ NoTextError                 a scan, or pictures alone
│  ├─ ConversionLimitError        memory, time or output exceeded the worker's limits
│  ├─ ArchiveError                what about the archive was refused
│  ├─ DuplicateDocumentError      the same content is there under `name`
│  └─ QuotaError                  no room for it: a `Resource`, used, added and limit
├─ DocumentNotFoundError
├─ QueueFullError                 too much of a kind waits already
├─ DownloadError                  Telegram does not give a file at the moment
├─ OpenAIError
│  ├─ OpenAIKeyInvalidError       401
│  ├─ OpenAIForbiddenError        403: country or permission
│  ├─ OpenAIModelError            404: no such model for this key
│  ├─ OpenAIQuotaError            429 insufficient_quota: pay
│  ├─ OpenAIRateLimitError        429 rate_limit_exceeded: wait `retry_after` seconds
│  └─ OpenAIUnreachableError      timeouts, disconnects, 5xx, a stream cut short
└─ StoreError
   ├─ DiskFullError
   ├─ QdrantUnreachableError
   ├─ IndexDamagedError           counts differ from the manifest
   ├─ IndexMismatchError          built with another embedding model or dimension
   └─ IndexVersionError           built by a later version of this program
"""

from enum import StrEnum

from personal_bot.contract import Condition, ExitCode


class PersonalBotError(Exception):
    """Root of the tree."""


class StartError(PersonalBotError):
    """The bot cannot start, and another try without a change would end the same way."""

    def __init__(self, condition: Condition, code: ExitCode, detail: str = "") -> None:
        super().__init__(f"{condition}: {detail}" if detail else condition)
        self.condition = condition
        self.code = code
        self.detail = detail


class DocumentError(PersonalBotError):
    """A file was refused. `name` is what its owner called it."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(f"{name}: {detail or type(self).__name__}")
        self.name = name
        self.detail = detail


class FileTooLargeError(DocumentError):
    def __init__(self, name: str, size: int, limit: int) -> None:
        super().__init__(name, f"{size} of {limit} bytes")
        self.size = size
        self.limit = limit


class UnsupportedFileError(DocumentError):
    pass


class EmptyFileError(DocumentError):
    pass


class DamagedFileError(DocumentError):
    pass


class PasswordProtectedError(DocumentError):
    pass


class NoTextError(DocumentError):
    pass


class ConversionLimitError(DocumentError):
    pass


class ArchiveError(DocumentError):
    pass


class DuplicateDocumentError(DocumentError):
    def __init__(self, name: str, original: str) -> None:
        super().__init__(name, f"same content as {original}")
        self.original = original


class Resource(StrEnum):
    """What is limited."""

    DOCUMENTS = "documents"
    PASSAGES = "passages"
    SIZE = "size"  # bytes


class QuotaError(DocumentError):
    def __init__(self, name: str, resource: Resource, used: int, added: int, limit: int) -> None:
        super().__init__(name, f"{resource}: {used} + {added} of {limit}")
        self.resource = resource
        self.used = used
        self.added = added
        self.limit = limit


class QueueFullError(PersonalBotError):
    """Nothing of the message was recorded. `kind` is of `jobs.JobKind`."""

    def __init__(self, kind: str, waiting: int) -> None:
        super().__init__(f"{waiting} of {kind} wait already")
        self.kind = kind
        self.waiting = waiting


class DocumentNotFoundError(PersonalBotError):
    pass


class DownloadError(PersonalBotError):
    pass


class OpenAIError(PersonalBotError):
    """OpenAI did not do what was asked. Never carries the key."""


class OpenAIKeyInvalidError(OpenAIError):
    pass


class OpenAIForbiddenError(OpenAIError):
    pass


class OpenAIModelError(OpenAIError):
    pass


class OpenAIQuotaError(OpenAIError):
    pass


class OpenAIRateLimitError(OpenAIError):
    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class OpenAIUnreachableError(OpenAIError):
    pass


class StoreError(PersonalBotError):
    pass


class DiskFullError(StoreError):
    pass


class QdrantUnreachableError(StoreError):
    pass


class IndexDamagedError(StoreError):
    pass


class IndexMismatchError(StoreError):
    pass


class IndexVersionError(StoreError):
    """Nothing was touched: the program has to be updated."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(f"the index is of version {version}, this program knows {known}")
        self.version = version
        self.known = known


PASSING = (OpenAIUnreachableError, OpenAIRateLimitError, QdrantUnreachableError, DiskFullError)
"""What goes by: worth another try without the owner."""
