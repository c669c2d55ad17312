"""The result as one HTML page to mail on: no network, good on paper; totals complete, detail capped.

Python gives plain values, the templates in ``sjablonen`` the markup, and all that they fill in is escaped. One small
script answers questions about the findings; a browser may run no other, and without it the page tells the same.
"""
