"""Starting bot processes: launchers, and the fork server that forks bots after its imports."""
