"""Fusion: one picture of what moves, from sensors that miss, mistake and fall silent.

Nothing is imported here, so that whoever asks for help does not load arrays. The parts: `tracker.Tracker`
takes batches and gives tracks; `metrics` scores them; `scenarios` makes labelled synthetic ones;
`registration` finds the bias between sensors; `tracklets` and `intersection` are what two centres exchange;
`withholding` prices what is not shared.
"""
