"""What is asked of others over HTTP: Telegram, OpenAI, Qdrant."""
