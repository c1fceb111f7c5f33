"""The stored notes: queries, to be called through `Database.run`.

A reply is found by the hash of the whole request, so it stays valid as long as the same model would
be asked the same about the same passages.
"""

import hashlib
from collections.abc import Collection

from personal_bot.answers.conversations import DocumentsChangedError, exist
from personal_bot.answers.streams import Reply
from personal_bot.storage.models import Note, NoteDocument

KEPT_NOTES = 2_000  # older ones are deleted


def fingerprint(model: str, instructions: str, message: str) -> str:
    """Return the hash of a request."""
    digest = hashlib.sha256()
    for part in (model, instructions, message):
        digest.update(f"{part}\0".encode(errors="surrogatepass"))
    return digest.hexdigest()


def find_reply(fingerprint: str) -> Reply | None:
    """Return the reply to a request if it is kept."""
    row = Note.get_or_none(Note.fingerprint == fingerprint)
    return None if row is None else Reply(str(row.text), str(row.finish_reason))


def is_kept(fingerprint: str) -> bool:
    return bool(Note.select().where(Note.fingerprint == fingerprint).exists())


def keep_reply(fingerprint: str, reply: Reply, versions: Collection[str]) -> None:
    """Keep a reply. Raises DocumentsChangedError if a document behind it no longer exists."""
    if not exist(versions):
        raise DocumentsChangedError
    Note.delete().where(Note.fingerprint == fingerprint).execute()
    note = Note.create(fingerprint=fingerprint, text=reply.text, finish_reason=reply.finish_reason)
    for version in sorted(versions):
        NoteDocument.create(note=note, version=version)
    oldest = Note.select().order_by(Note.note_id.desc()).offset(KEPT_NOTES).first()
    if oldest is not None:
        Note.delete().where(Note.note_id <= oldest.note_id).execute()
