"""What a process gives up before it touches what strangers wrote."""
