"""A personal bot: one process per owner, which answers questions about the owner's documents."""

import os

# Set before Haystack is first imported: otherwise it sends telemetry about each pipeline.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
