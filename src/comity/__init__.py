"""Comity: a joint record for sovereign parties. Each keeps its own log; each witnesses the other's."""

__version__ = "0.1.0"
