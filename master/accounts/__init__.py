"""Users and their bots: database, encrypted secrets, key rotation, checks of tokens and keys."""
