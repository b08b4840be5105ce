"""The words of the toolkit as frozen plain data. Imports no other room, no Pulumi."""
