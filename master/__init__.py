"""The master bot: onboards people and keeps their personal bots running under supervisord."""
