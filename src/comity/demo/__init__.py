"""The worked example, run: two nodes, the joint record, the joint picture."""
