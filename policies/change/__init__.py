"""What is lost when something changes."""
