"""The trend over saved results: terminal, JSON, page and workbook."""
