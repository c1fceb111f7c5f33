"""A database on a thread of its own, with versions and migrations; both programs build on it."""
