"""A result that was written comes back, whatever the format: JSON, Parquet, XLSX, HTML and CSV.

A result file is input like any other: it may have been changed by anyone, and its bounds are tested before it is read.
"""
