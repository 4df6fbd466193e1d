"""Sectors: the plane that everything is measured in, sensors, zones, and the rules that both centres share.

Nothing is imported here. The parts: `plane` turns degrees into metres and back, `queries` finds sectors and
zones on record, `config` makes of a sector what a tracker is told, `writing` puts them on record.
"""
