"""Warnings on the record: the message, its receipt, and who knew when."""
