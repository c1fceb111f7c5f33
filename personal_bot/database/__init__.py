"""The database layer of both programs: peewee on its own thread, schema versions, migrations."""
