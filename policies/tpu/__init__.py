"""Slices, their shapes, places, software and ways to buy them."""
