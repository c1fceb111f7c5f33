"""Reads ODT, ODS and ODP."""
