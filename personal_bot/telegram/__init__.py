"""Everything Telegram sees: polling, messages, buttons, and every sentence the bot says."""
