"""A personal bot: one process per owner, which reads their documents and answers from them."""

import os

# Before the first import of Haystack, which would report each pipeline to its makers.
os.environ["HAYSTACK_TELEMETRY_ENABLED"] = "False"
