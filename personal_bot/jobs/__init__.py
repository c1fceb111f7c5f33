"""What handlers recorded is done here: in order, once, and again after a restart."""
