"""Telegram Bot API client code shared by both programs: session, long polling, retries."""
