"""The store of accepted lines: a Delta Lake table that only this package touches.

``opslag`` is the table: its layout, its register of batches and its transactions. ``lezen`` selects what a check
needs; ``onderhoud`` compacts, expires and verifies.
"""
