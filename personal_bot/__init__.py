"""A personal bot: one process per owner, which reads their documents and answers from them."""
