"""Installing, starting and stopping the whole, and the stand-ins for trying it out."""
