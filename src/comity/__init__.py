"""Comity: a joint record for sovereign parties. Each keeps its own log; each witnesses the other's."""
