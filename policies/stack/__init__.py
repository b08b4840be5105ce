"""The stack file itself, and values that no cloud takes."""
