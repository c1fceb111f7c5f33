"""Everything that Telegram and the owner see: polling, messages, buttons and all texts."""
