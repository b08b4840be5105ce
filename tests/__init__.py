"""What we promise: the same rooms again."""
