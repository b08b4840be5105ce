"""File systems and buckets that feed the accelerators."""
