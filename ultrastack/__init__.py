"""ultrastack: one YAML stack file per environment, planned offline and built by Pulumi."""

__version__ = "0.1.0"
