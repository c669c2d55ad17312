"""Een bestand wordt een frame met regelnummers, meer niet."""
