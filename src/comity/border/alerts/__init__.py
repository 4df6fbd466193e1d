"""Alerts: one occurrence is one alert on both nodes, and each of its steps is on the record.

Nothing is imported here. The parts: `rules` says what may alert at all, `naming` names occurrences, `engine`
gives the steps that software may take, `queue` derives the queue from entries, `budget` what it costs.
"""
