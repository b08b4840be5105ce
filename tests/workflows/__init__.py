"""What the workflows, and the scripts that they call, promise."""
