"""The work file: the batch as it came, with what is wrong beside each line, for whoever mends it round by round.

It holds whole bsns, for it has to be checked again.
"""
