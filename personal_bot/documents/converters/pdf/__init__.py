"""Reads PDF: PDFium tells where glyphs, lines and pictures are, pypdf knows forms and comments."""
