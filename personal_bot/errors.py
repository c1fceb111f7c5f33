"""The errors of a personal bot. They carry facts; `telegram.texts` turns them into sentences.

PersonalBotError
├─ StartError                     the bot cannot start or go on; carries Condition and exit code
├─ DocumentError                  a file was refused, and no part of it stored
│  ├─ FileTooLargeError           size and limit in bytes
│  ├─ UnsupportedFileError        the file type is not supported
│  ├─ EmptyFileError
│  ├─ DamagedFileError
│  ├─ PasswordProtectedError
│  ├─ NoTextError                 a scan, or pictures only
│  ├─ ConversionLimitError        memory, time or output exceeded the worker's limits
│  ├─ ArchiveError                an archive is refused; `detail` says why
│  ├─ UploadGoneError             the upload to be read anew is no longer in the chat
│  ├─ DuplicateDocumentError      a document with this content exists as `original`
│  └─ QuotaError                  the file exceeds a quota: `Resource`, used, added and limit
├─ DocumentNotFoundError
├─ QueueFullError                 too many jobs of a kind are waiting
├─ DownloadError                  a file cannot be downloaded from Telegram now
├─ OpenAIError                    a request to OpenAI, or to the service in its place, failed
│  ├─ OpenAIKeyInvalidError
│  ├─ OpenAIForbiddenError        the key lacks a permission
│  ├─ OpenAIRegionError           not available in this country
│  ├─ OpenAIModelError            the model is unknown, retired or not allowed for this key
│  ├─ OpenAIQuotaError            no money: the owner of the account has to pay
│  ├─ OpenAIContentError          a content filter, or the model itself, refused
│  ├─ OpenAITooLongError          more text than the model reads at once
│  ├─ OpenAIParameterError        the service refuses a parameter; `parameter` if it is known
│  ├─ OpenAINotOfferedError       the service has no such endpoint, e.g. no embeddings
│  ├─ OpenAIResponseError         the response is not what the API promises
│  ├─ EmbeddingLengthError        embeddings have `found` numbers instead of EMBEDDING_DIM
│  ├─ OpenAIRateLimitError        retry after `retry_after` seconds
│  └─ OpenAIUnreachableError      disconnects, 5xx, a stream cut short
│     ├─ OpenAITimeoutError
│     └─ OpenAIOverloadedError
└─ StoreError
   ├─ DiskFullError
   ├─ QdrantUnreachableError
   ├─ IndexDamagedError           manifest, segments or passages missing or damaged
   ├─ IndexMismatchError          built with another embedding model or dimension
   └─ IndexVersionError           built by a newer version of this program
"""

from enum import StrEnum

from personal_bot.contract import Condition, ExitCode
from personal_bot.contract.service_names import OPENAI


class PersonalBotError(Exception):
    """Base class of all errors of a personal bot."""


class StartError(PersonalBotError):
    """The bot cannot start or go on. `code` decides whether supervisord starts it again."""

    def __init__(self, condition: Condition, code: ExitCode, detail: str = "") -> None:
        super().__init__(f"{condition}: {detail}" if detail else condition)
        self.condition = condition
        self.code = code
        self.detail = detail


class DocumentError(PersonalBotError):
    """A file was refused. `name` is the file name that the owner gave it."""

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


class UploadGoneError(DocumentError):
    pass


class DuplicateDocumentError(DocumentError):
    def __init__(self, name: str, original: str) -> None:
        super().__init__(name, f"same content as {original}")
        self.original = original


class Resource(StrEnum):
    """What a quota limits."""

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
    """Too many jobs are waiting, so the message was not recorded. `kind` is a `JobKind`."""

    def __init__(self, kind: str, waiting: int) -> None:
        super().__init__(f"{waiting} of {kind} are already waiting")
        self.kind = kind
        self.waiting = waiting


class DocumentNotFoundError(PersonalBotError):
    pass


class DownloadError(PersonalBotError):
    pass


class OpenAIError(PersonalBotError):
    """A request to `service` about `model` failed. Never carries the key.

    `service` is its name for people, see `contract.service_names`; `model` is empty if unknown.
    `operators` is True if the operator's key was used and not the owner's.
    """

    service = OPENAI
    model = ""
    operators = False


class OpenAIKeyInvalidError(OpenAIError):
    pass


class OpenAIForbiddenError(OpenAIError):
    pass


class OpenAIRegionError(OpenAIError):
    pass


class OpenAIModelError(OpenAIError):
    pass


class OpenAIQuotaError(OpenAIError):
    pass


class OpenAIContentError(OpenAIError):
    pass


class OpenAITooLongError(OpenAIError):
    pass


class OpenAIParameterError(OpenAIError):
    parameter: str | None = None


class OpenAINotOfferedError(OpenAIError):
    pass


class OpenAIResponseError(OpenAIError):
    pass


class EmbeddingLengthError(OpenAIError):
    def __init__(self, found: int, expected: int) -> None:
        super().__init__(f"{found} numbers, EMBEDDING_DIM is {expected}")
        self.found = found
        self.expected = expected


class OpenAIRateLimitError(OpenAIError):
    def __init__(self, retry_after: float | None = None) -> None:
        super().__init__(f"retry after {retry_after} s")
        self.retry_after = retry_after


class OpenAIUnreachableError(OpenAIError):
    pass


class OpenAITimeoutError(OpenAIUnreachableError):
    pass


class OpenAIOverloadedError(OpenAIUnreachableError):
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
    """The index is newer than the program and was not changed; the program must be updated."""

    def __init__(self, version: int, known: int) -> None:
        super().__init__(
            f"the index has version {version}; this program knows versions up to {known}"
        )
        self.version = version
        self.known = known


TRANSIENT_ERRORS = (
    OpenAIUnreachableError,
    OpenAIRateLimitError,
    QdrantUnreachableError,
    DiskFullError,
)
"""Temporary errors: a retry may succeed without action by the owner."""

RETRIABLE_ERRORS = (
    *TRANSIENT_ERRORS,
    StoreError,
    OpenAIKeyInvalidError,
    OpenAIForbiddenError,
    OpenAIQuotaError,
)
"""Errors after which a retry may succeed, if only once the owner has acted."""
