"""HTTP requests to Telegram, OpenAI and Qdrant: check tokens and keys, delete collections."""
