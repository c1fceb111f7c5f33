"""Stand-ins for Telegram and OpenAI, with a person's side: try the system without accounts."""
