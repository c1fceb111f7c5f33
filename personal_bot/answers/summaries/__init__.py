"""Whole documents: read in windows, noted with citations, and merged into one answer.

`kinds`, `requests` and `targets` understand what is asked and are light; `summarizer` does the work
and imports Haystack.
"""
