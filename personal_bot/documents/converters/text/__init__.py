"""Reads plain text, Markdown, CSV, JSON, logs and source code."""
