"""Storing and searching passages: Qdrant, embedded or as a server, BM25 vectors, retrieval."""
