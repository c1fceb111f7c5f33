"""Migrations of the master's tables; see `personal_bot.database.schema`."""

from peewee import Database, DoubleField, PostgresqlDatabase
from playhouse.migrate import SchemaMigrator

from master.accounts.models import MODELS, OperatorAction
from personal_bot.database.schema import Schema


def _create(database: Database) -> None:
    database.create_tables(MODELS)


def _use_names_of_the_field(migrator: SchemaMigrator) -> None:
    """Rename tables and a column for version 0.2.0."""
    migrator.migrate(
        migrator.rename_table("conversation", "fsm_state"),
        migrator.rename_table("incoming", "received_update"),
        migrator.rename_column("received_update", "screen_id", "reply_id"),
    )


def _add_operator_actions(migrator: SchemaMigrator) -> None:
    """Add a table for version 0.4.0, and keep times exactly in PostgreSQL."""
    migrator.database.create_tables([OperatorAction])
    if isinstance(migrator.database, PostgresqlDatabase):  # four bytes round to two minutes
        for table, column in (
            ("users", "created_at"),
            ("bot", "created_at"),
            ("notice", "told_at"),
        ):
            migrator.migrate(migrator.alter_column_type(table, column, DoubleField()))


SCHEMA = Schema("users", _create, (_use_names_of_the_field, _add_operator_actions))
