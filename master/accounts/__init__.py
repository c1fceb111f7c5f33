"""Who has which bot: the database, its secrets, and who may register what."""
