"""Telegram's Bot API as both programs need it: sessions, long polling, retries."""
