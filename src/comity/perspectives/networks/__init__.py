"""Discourse networks over time: which organisations take the same side on which matters."""
