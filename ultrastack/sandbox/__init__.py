"""Somebody else's program, run so that it can read its project, answer, and do nothing else."""
