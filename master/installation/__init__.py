"""The folder an installation lives in, and what the machine gives it."""
