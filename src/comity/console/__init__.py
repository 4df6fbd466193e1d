"""The shell of the pages: layout, navigation, components, languages, accessibility; it names no system.

console = Console(node, systems)
app.include_router(pages(console))
"""

from comity.console.kinds import KindView
from comity.console.listing import Column, Listing, Query, listing
from comity.console.pages import pages
from comity.console.render import Console, Panel
from comity.console.sources import Source

__all__ = ["Column", "Console", "KindView", "Listing", "Panel", "Query", "Source", "listing", "pages"]
