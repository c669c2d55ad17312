"""The result as one HTML page to mail on: no network, no script, good on paper; totals complete, detail capped.

Python gives plain values, the templates in ``sjablonen`` the markup, and all that they fill in is escaped.
"""
