"""The lifecycle of users' bots: create, start, monitor, reconcile, diagnose and delete them."""
