"""Initiatives of third parties, and what public sources say beside them.

    files = sources.load(folder)
    rows = power.sightings(files, "LAO")          # one per row, with source, file and line
    found = conflicts.compare(rows, outlines)
    found.conflicts[0].km                         # two values and a distance, never an average

`sources` finds the files, `power` and `finance` read them, `names` says which rows speak of one thing,
`geometry` measures, `conflicts` compares. Nothing is corrected: what looks wrong is named, with its line.
"""
