"""One model of a table for all formats: where its header is, and what each row says by itself."""
