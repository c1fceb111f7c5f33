"""Where passages lie and are found: the store, its embedded engine, and the search over it."""
