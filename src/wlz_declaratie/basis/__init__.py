"""The ground: days, texts, files, locks and errors; knows nothing of claims."""
