"""Coded passages in and out: REFI-QDA projects, Web Annotations, tables.

`model` is what the formats share; `refi`, `refi_read`, `webannotation` and `table` each know one format;
`statements` turns statements into coded passages, and coded passages into drafts that a person may append.
"""
