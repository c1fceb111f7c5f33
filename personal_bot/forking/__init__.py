"""How a bot's process comes to be: a fork server imports everything, launchers ask it for bots."""
