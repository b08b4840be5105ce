"""Accelerators that cost and do not work."""
