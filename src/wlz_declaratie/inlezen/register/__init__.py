"""Saved answers of the registers of the iWlz netwerkmodel."""
