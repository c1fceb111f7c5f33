"""Migrations of a bot's tables; see `personal_bot.database.schema`."""

from typing import TYPE_CHECKING

from personal_bot.database.schema import Schema
from personal_bot.storage.models import create_tables

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


SCHEMA = Schema("document", create_tables, (_use_names_of_the_field,))
