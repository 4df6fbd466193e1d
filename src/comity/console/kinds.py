"""What the shell must know of an entry kind to show a record of it; each system says so for its own kinds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.record.kinds import Content

Words = str | dict[str, str]


def _untitled(_fields: Mapping[str, Any]) -> Words:
    return ""


def _nowhere(_fields: Mapping[str, Any]) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class KindView:
    """How records of one kind are named and where their page is.

    Attributes:
        label: What the kind is called (a msgid).
        title: From the fields to a title, as text or text in several languages.
        page: From the fields to the path of the page that shows the thing, if there is one.
    """

    label: str
    title: Callable[[Mapping[str, Any]], Words] = field(default=_untitled)
    page: Callable[[Mapping[str, Any]], str | None] = field(default=_nowhere)


class KindViews:
    """The kinds that the systems of this node have described; others are shown under their own name."""

    def __init__(self) -> None:
        self._views: dict[str, KindView] = {}
        self._labels: dict[str, str] = {}
        self._values: dict[str, dict[str, str]] = {}

    def describe(
        self,
        kinds: Mapping[str, KindView],
        labels: Mapping[str, str],
        values: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Add kinds, the labels of their fields, and the labels of fixed values by field."""
        self._views.update(kinds)
        self._labels.update(labels)
        for name, words in (values or {}).items():
            self._values.setdefault(name, {}).update(words)

    def known(self) -> dict[str, str]:
        """Return kind to label (a msgid), for filters."""
        return {kind: view.label for kind, view in self._views.items()}

    def label(self, kind: str) -> str:
        """Return the label (a msgid) of a kind, or its own name."""
        name = kind.partition("@")[0]
        view = self._views.get(name)
        return view.label if view else name

    def title(self, content: Content) -> Words:
        """Return the title of a record."""
        view = self._views.get(content.kind)
        return view.title(content.fields) if view else ""

    def page(self, content: Content) -> str | None:
        """Return the path of the page of the thing that a record speaks of."""
        view = self._views.get(content.kind)
        return view.page(content.fields) if view else None

    def field_label(self, path: str) -> str:
        """Return the label (a msgid) of a field, or its path."""
        return self._labels.get(path, path)

    def value_label(self, path: str, value: str) -> str:
        """Return the label (a msgid) of a fixed value of a field, or the value."""
        return self._values.get(path, {}).get(value, value)
