"""Migrations of a bot's tables; see `personal_bot.database.schema`."""

from typing import TYPE_CHECKING

from personal_bot.database.schema import Schema
from personal_bot.storage.models import (
    Calculation,
    CardMessage,
    Note,
    NoteDocument,
    create_missing_tables,
    create_tables,
)

if TYPE_CHECKING:  # rarely needed
    from playhouse.migrate import SchemaMigrator


def _use_names_of_the_field(migrator: "SchemaMigrator") -> None:
    """Migrate to the names of version 0.2.0."""
    migrator.migrate(
        migrator.rename_column("document", "chunks", "passages"),
        migrator.rename_table("placement", "placeholder"),
        migrator.rename_table("received", "received_update"),
        migrator.drop_index("received_update", "received_received_at"),
        migrator.add_index("received_update", ("received_at",)),
    )


def _know_what_answers_are_made_from(migrator: "SchemaMigrator") -> None:
    """Migrate to version 0.3.0: reports of documents, and the documents behind each answer."""
    execute = migrator.database.execute_sql
    execute("""ALTER TABLE "document" ADD COLUMN "file_id" TEXT NOT NULL DEFAULT ''""")
    execute("""ALTER TABLE "document" ADD COLUMN "reading" INTEGER NOT NULL DEFAULT 0""")
    execute("""ALTER TABLE "document" ADD COLUMN "report" TEXT NOT NULL DEFAULT ''""")
    execute("""ALTER TABLE "document" ADD COLUMN "former" TEXT NOT NULL DEFAULT ''""")
    execute("""ALTER TABLE "outcome" ADD COLUMN "document_ids" TEXT NOT NULL DEFAULT '[]'""")
    execute("""ALTER TABLE "exchange" ADD COLUMN "status" TEXT NOT NULL DEFAULT 'current'""")
    execute("""ALTER TABLE "exchange" ADD COLUMN "question_id" INTEGER""")
    execute("""ALTER TABLE "exchange" ADD COLUMN "replied_to" TEXT NOT NULL DEFAULT ''""")
    execute("""ALTER TABLE "citation" ADD COLUMN "version" TEXT NOT NULL DEFAULT ''""")
    create_missing_tables(migrator.database)
    execute(
        "UPDATE citation SET version = "
        "COALESCE((SELECT sha256 FROM document WHERE name = document_name), '')"
    )
    # Which passages an earlier version gave the model is not known: any document may be behind the
    # exchanges that are still in the history. Older ones must not come back into it.
    remembered = "(SELECT exchange_id FROM exchange ORDER BY exchange_id DESC LIMIT 5)"
    execute(f"UPDATE exchange SET status = 'past' WHERE exchange_id NOT IN {remembered}")  # noqa: S608
    execute(
        "INSERT INTO exchange_document (exchange_id, version) "  # noqa: S608
        f"SELECT exchange_id, sha256 FROM exchange, document WHERE exchange_id IN {remembered}"
    )


def _let_owners_choose_what_questions_are_about(migrator: "SchemaMigrator") -> None:
    """Migrate to version 0.4.0: pins, messages that show cards, ratings, calculations, notes."""
    execute = migrator.database.execute_sql
    execute('ALTER TABLE "document" ADD COLUMN "pinned_at" REAL')
    execute("""ALTER TABLE "exchange" ADD COLUMN "rating" TEXT NOT NULL DEFAULT ''""")
    execute('ALTER TABLE "exchange" ADD COLUMN "rated_at" REAL')
    execute('ALTER TABLE "citation" ADD COLUMN "passage" INTEGER')
    migrator.database.create_tables([CardMessage, Calculation, Note, NoteDocument], safe=False)


SCHEMA = Schema(
    "document",
    create_tables,
    (
        _use_names_of_the_field,
        _know_what_answers_are_made_from,
        _let_owners_choose_what_questions_are_about,
    ),
)
