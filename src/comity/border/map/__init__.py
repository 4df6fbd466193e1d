"""The map of the border: illustrative shapes under the picture, and counts of cells that name nobody.

Nothing is imported here. The parts: `base` knows the layers that the build derived, `layers` gives those that
parties put on record, `heat` counts tracks by cell, `routes` is the page. Everything else that the page shows
comes from the picture's own API.
"""

from __future__ import annotations

from typing import Final

METHOD: Final = "border-heat/1"
"""Version of how tracks are counted by cell."""
