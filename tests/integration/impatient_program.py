"""The fork server with timeouts of two seconds instead of half a minute and more."""

from personal_bot.forking import forkserver
from personal_bot.index import document_stores
from personal_bot.openai import client as openai_client

openai_client.INDEXING = openai_client.ANSWERING = openai_client.RetryPolicy(2.0, 0)
document_stores.TIMEOUT = 2

if __name__ == "__main__":
    forkserver.main()
