"""The page map of a text: form feeds divide pages; labels are as printed where the format knows them."""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from comity.perspectives.entries.documents import Page
from comity.perspectives.intake.errors import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_PAGES: Final = 5000
_MAX_LABEL: Final = 20


def page_map(text: str, labels: Sequence[str] = ()) -> tuple[Page, ...]:
    """Return the pages of `text`; empty where it has no form feed and no labels (page-less).

    Raises:
        TooLargeError: more than `MAX_PAGES` pages.
    """
    if "\f" not in text and not labels:
        return ()
    bounds = [0, *(match.end() for match in re.finditer("\f", text)), len(text)]
    if len(bounds) - 1 > MAX_PAGES:
        raise TooLargeError(f"the text has more than {MAX_PAGES} pages")
    named = [label[:_MAX_LABEL] for label in labels]
    return tuple(
        Page(number=named[number] if number < len(named) else str(number + 1), start=start, end=end)
        for number, (start, end) in enumerate(itertools.pairwise(bounds))
        if end > start
    )


def page_at(pages: Sequence[Page], offset: int) -> Page | None:
    """Return the page that holds the code point at `offset`, or None."""
    at = bisect_right([page.start for page in pages], offset) - 1
    return pages[at] if at >= 0 and offset < pages[at].end else None
