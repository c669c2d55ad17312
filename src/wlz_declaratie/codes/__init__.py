"""The code tables: editions of the koppeltabel, and what is derived from them."""
