"""What follows from events elsewhere: a reactor gives commands, and only commands."""
