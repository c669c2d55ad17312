"""``declaratie.toml``: what a user sets once, read strictly.

A file that says something we do not know is refused with its line: a setting that does nothing would be worse. What it
takes to start any command (`lezen`) loads nothing heavy; what names columns (`kolommen`) or rules (`beleid`) does.
"""
