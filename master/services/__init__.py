"""HTTP requests to Telegram, the services of models and Qdrant: check tokens and keys."""
