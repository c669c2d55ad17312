"""Controle van declaraties in de Wet langdurige zorg."""

__version__ = "0.1.0"
