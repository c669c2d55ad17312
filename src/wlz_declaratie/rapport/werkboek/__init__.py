"""The result as an XLSX workbook for whoever repairs the lines.

Every text is written as text: nothing that a declarant puts in a field can become a formula.
"""
