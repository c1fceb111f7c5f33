"""Handlers of users' messages, commands and buttons at the master: one router per feature."""
