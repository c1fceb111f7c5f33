"""The bot's own SQLite database (tables, migrations, preferences), and handling of a full disk."""
