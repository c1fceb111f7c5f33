"""The OpenAI client of a bot, its timeouts and retries, and the translation of its errors."""
