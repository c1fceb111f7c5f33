"""Reads DOCX from its XML."""
