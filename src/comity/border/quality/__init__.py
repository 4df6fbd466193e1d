"""Is what a sensor says to be believed: checked before anything is detected, flagged, never changed."""
