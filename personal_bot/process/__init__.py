"""A bot as a process: lock, logs, reports to the master, memory, its place in the boot."""
