"""The master bot: onboards users and keeps their personal bots running under supervisord."""
