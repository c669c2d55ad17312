"""The return message AW320."""
