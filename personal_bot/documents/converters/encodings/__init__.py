"""Finds the encoding of a text by evidence, and states its doubt."""
