"""The roof: puts a node together from its systems."""
