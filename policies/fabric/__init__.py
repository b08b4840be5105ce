"""Interfaces, security groups and placement that collectives run over."""
