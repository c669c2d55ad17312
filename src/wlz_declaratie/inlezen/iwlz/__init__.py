"""Messages of the iWlz chain."""
