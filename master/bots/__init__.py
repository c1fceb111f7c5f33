"""The life of people's bots: created, started, watched, repaired, diagnosed, deleted."""
