"""Geofences: how far a track is from an area or a line, and whether it crossed, came near or stayed.

Nothing is imported here, so that whoever asks for help does not load arrays. The parts: `zones.Zone` is what
is watched, `distance.Fence` the signed distance, `watch.Watch` the states of tracks against zones.

The rule of edges: a point on an edge or a vertex belongs to the area (`covers` of the OGC's Simple Features),
and its distance is zero. Crossing a line is context: no rule makes an alert of it.
"""
