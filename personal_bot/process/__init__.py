"""A bot as an operating-system process: lock, logs, reports to the master, memory, boot order."""
