"""The columns of every table, once, and the models made from them."""
