"""The master's use of Telegram: polling, sending, keyboards, notices, and the texts of messages."""
