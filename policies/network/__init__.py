"""Addresses and routes."""
