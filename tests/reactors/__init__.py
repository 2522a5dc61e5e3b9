"""What follows from events: once, whatever happens."""
