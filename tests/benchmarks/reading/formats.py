"""All documents of the benchmark."""

from collections.abc import Iterator

from tests.benchmarks.reading import open_documents, pages, texts, workbooks
from tests.benchmarks.reading.generated import Generated


def list_documents() -> Iterator[Generated]:
    yield from list_light_documents()
    yield from list_office_documents()


def list_light_documents() -> Iterator[Generated]:
    """Yield the documents that are made without further libraries."""
    yield from workbooks.list_documents()
    yield from texts.list_documents()
    yield from pages.list_documents()
    yield from open_documents.list_documents()


def list_office_documents() -> Iterator[Generated]:
    """Yield DOCX, PPTX and PDF, which need the dependency group `benchmarks`."""
    from tests.benchmarks.reading import pdfs, slides, word  # noqa: PLC0415 - may be missing

    yield from word.list_documents()
    yield from slides.list_documents()
    yield from pdfs.list_documents()
