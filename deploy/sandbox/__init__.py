"""The sandbox: stand-ins for Telegram and OpenAI, and a page that replaces the Telegram app."""
