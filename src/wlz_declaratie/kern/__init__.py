"""What a rule is, what it reads, and how rules are run."""
