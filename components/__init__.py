"""How it is built: Pulumi component classes, one component in one file."""
