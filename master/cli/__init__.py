"""The operator's command line, `tgrag`: statuses, diagnoses and changes of bots, and repairs.

It works beside the running master, on the same database and supervisord; while nothing is running,
on the database and the files alone. Nothing here speaks to Telegram: the master tells owners what
an operator did.
"""

from master.cli.command_line import main

__all__ = ["main"]
