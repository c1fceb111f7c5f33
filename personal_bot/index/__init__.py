"""Storing and searching passages: Qdrant, embedded or as a server, BM25 vectors, retrieval."""

from personal_bot.deferred_models import import_deferred

DEFERRED = import_deferred("qdrant_client", {"qdrant-client": "1.20."})
"""Whether Qdrant's client was imported with deferred models."""
