"""What is allowed, and what would work on the hardware? One rule, one file."""
