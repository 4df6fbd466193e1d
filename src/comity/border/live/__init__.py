"""The running centre of a sector: observations in, tracks, frames, alerts and seals out.

Nothing is imported here. The parts: `tracks` keeps what was there second by second, `observations` reads the
store of sensors, `centre` runs the whole, `commands` and `background` start it.
"""
