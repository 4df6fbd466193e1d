"""First-hand study of public records: who names whom in debate, and who votes with whom.

Nothing here needs a node: files in, counts out, each with the place it was counted at.
"""
