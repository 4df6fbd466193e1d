"""The node's part of the command line."""
