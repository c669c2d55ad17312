"""CSV, regular and not."""
