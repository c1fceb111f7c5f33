"""All documents of the benchmark."""

from collections.abc import Iterator

from tests.benchmarks.reading import open_documents, pages, pdfs, slides, texts, word, workbooks
from tests.benchmarks.reading.generated import Generated

_MODULES = (workbooks, texts, pages, open_documents, word, slides, pdfs)


def list_documents() -> Iterator[Generated]:
    for module in _MODULES:
        yield from module.list_documents()
