"""A result for people and machines: terminal, JSON and files."""
