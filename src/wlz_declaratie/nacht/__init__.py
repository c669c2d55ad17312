"""The night: every batch in a folder is checked, reported and put in the store, safely restartable.

``draaien`` is the run: per batch check, write results, note in the journal, one transaction in the store, move to the
archive, in this order. A kill between any two leaves what the next run can finish: before the transaction the batch is
checked again against the same history and its results replaced by the same; after it, only the move is left.
"""
