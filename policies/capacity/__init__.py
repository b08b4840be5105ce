"""What was bought or reserved, where it is, and when it ends."""
