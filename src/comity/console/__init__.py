"""The shell of the pages: layout, navigation, components, languages, accessibility; it names no system.

serve(root, systems, mount=mount, announce=…)     # the roof: everything below, in a node's application
console = Console(node, systems)
app.include_router(pages(console))
"""

from comity.console.kinds import KindView
from comity.console.listing import Column, Listing, Query, listing
from comity.console.mount import mount
from comity.console.pages import pages
from comity.console.render import Console, Panel
from comity.console.sources import Source

__all__ = [
    "Column",
    "Console",
    "KindView",
    "Listing",
    "Panel",
    "Query",
    "Source",
    "listing",
    "mount",
    "pages",
]
