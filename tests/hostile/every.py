"""All hostile files of this folder."""

from collections.abc import Iterator

from tests.hostile.archives import list_archives
from tests.hostile.case import Hostile
from tests.hostile.disguised import list_disguised, list_noise
from tests.hostile.encodings import list_encodings
from tests.hostile.forged import list_forged
from tests.hostile.markups import list_markups, list_pages
from tests.hostile.office import list_office, list_sheets
from tests.hostile.open_documents import list_open_documents
from tests.hostile.pdfs import list_pdfs
from tests.hostile.streams import list_actions, list_streams
from tests.hostile.texts import list_books, list_mails, list_texts


def list_hostile() -> Iterator[Hostile]:
    yield from list_noise()
    yield from list_disguised()
    yield from list_archives()
    yield from list_pdfs()
    yield from list_office()
    yield from list_sheets()
    yield from list_open_documents()
    yield from list_texts()
    yield from list_books()
    yield from list_mails()
    yield from list_forged()
    yield from list_streams()
    yield from list_actions()
    yield from list_markups()
    yield from list_pages()
    yield from list_encodings()
