"""Workbooks, within bounds."""
