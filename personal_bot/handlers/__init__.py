"""What the owner can do: a router for each feature."""
