"""Handlers of the owner's messages and buttons, with one router per feature."""
