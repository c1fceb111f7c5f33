"""Everything Telegram sees: polling, messages, buttons, notices, and every sentence said."""
