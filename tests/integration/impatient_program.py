"""`python -m personal_bot`, but it waits for a second where that waits for half a minute and more."""

import runpy

from personal_bot import document_stores, openai_client

openai_client.INDEXING = openai_client.ANSWERING = openai_client.Patience(1.0, 0)
document_stores.TIMEOUT = 1

if __name__ == "__main__":
    runpy.run_module("personal_bot", run_name="__main__")
