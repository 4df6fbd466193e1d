"""Instruments, mechanisms, meetings, undertakings, and what became of them."""
