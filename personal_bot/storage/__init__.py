"""What a bot remembers in its own SQLite file, and what to do when the disk is full."""
