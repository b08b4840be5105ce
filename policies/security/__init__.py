"""Who can reach, read and change what."""
