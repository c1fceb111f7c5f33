"""Installing, starting and stopping the whole system, and the sandbox for trying it out."""
