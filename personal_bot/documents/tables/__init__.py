"""The tables of a document as SQLite: written when it is read, queried in a confined process.

The file of a document comes from a worker that parsed untrusted content, so only another confined
worker opens it; the bot itself just moves it and deletes it.
"""
