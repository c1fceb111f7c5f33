"""Tells the type of a file: by its content, then by what the sender said, then by its name."""
