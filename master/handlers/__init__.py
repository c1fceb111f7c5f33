"""What people say to the master: a router for each feature."""
