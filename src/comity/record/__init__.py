"""The joint record, usable alone as a library."""
