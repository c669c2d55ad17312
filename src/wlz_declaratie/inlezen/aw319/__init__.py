"""The message AW319, from a file and to a file."""
