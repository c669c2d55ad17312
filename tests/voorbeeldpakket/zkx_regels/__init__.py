"""Lokaal beleid van zorgkantoor X als regels van declaratie."""
