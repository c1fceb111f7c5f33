"""Reads EML, MSG and MHT, with attachments as documents of their own."""
