"""Papers written from known works: every style of citing and listing, so that what is read can be compared."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Author:
    """A person with given names, or (no given names) a body or a name printed as it is spoken."""

    family: str
    given: str = ""

    @property
    def initials(self):
        return " ".join(f"{name[0]}." for name in self.given.split())


@dataclass(frozen=True)
class Book:
    """A work: authors, year with its letter, title, first and last page, key."""

    authors: tuple[Author, ...]
    year: str
    title: str
    first: int
    last: int
    key: str


def person(family, given):
    return Author(family, given)


WORKS = (
    Book((person("Alvarez", "Maria"),), "2014", "Sharing a river between two cities", 10, 32, "alvarez-2014"),
    Book((person("Okafor", "Chidi"), person("Brook", "Tamsin")), "2009", "Gauges and those who read them", 101, 140, "okafor-brook-2009"),
    Book((person("Stone-Hart", "Ann"), person("Diaz", "Luis"), person("Ito", "Kenji")), "2018", "Floods in the northern basins", 7, 29, "stone-hart-diaz-ito-2018"),
    Book((person("Mbeki", "Ayo"), person("Roy", "Anil"), person("Chen", "Li"), person("Sato", "Yui")), "2021", "Sensors below the ice of rivers", 201, 240, "mbeki-2021"),
    Book((Author("Pham Thi Mai"),), "2016", "Villages that moved uphill", 55, 80, "pham-thi-mai-2016"),
    Book((Author("Tran Van Long"), Author("Le Thu Ha")), "2020a", "Rice after the salt came", 12, 40, "tran-van-long-le-thu-ha-2020a"),
    Book((Author("Tran Van Long"), Author("Le Thu Ha")), "2020b", "Shrimp after the rice went", 41, 66, "tran-van-long-le-thu-ha-2020b"),
    Book((Author("Department of Water Affairs"),), "2012", "Yearbook of the gauges", 1, 90, "department-of-water-affairs-2012"),
    Book((Author("Basin Monitoring Agency"),), "2019", "State of the basin", 3, 60, "basin-monitoring-agency-2019"),
    Book((person("van der Meer", "Joost"),), "2007", "Dikes and the people behind them", 77, 99, "van-der-meer-2007"),
    Book((person("O\u2019Neill", "Sean"),), "1998", "Peat and patience in the uplands", 5, 25, "oneill-1998"),
    Book((person("Müller", "Jörg"), person("Dvořák", "Petr")), "2003", "Upstream of the border", 301, 330, "muller-dvorak-2003"),
)  # fmt: skip


def listed(book, style):
    """Return the reference of a book in a style."""
    names = [_listed_name(author, place, style) for place, author in enumerate(book.authors)]
    pages = f"{book.first}\u2013{book.last}"
    if style == "chicago":
        return f"{_joined(names, ', and ')}. {book.year}. “{book.title}.” Journal of Waters 12(3):{pages}."
    if style == "apa":
        return f"{_joined(names, ', & ')} ({book.year}). {book.title}. Journal of Waters, 12(3), {pages}. https://doi.org/10.1/x"
    if style == "harvard":
        return (
            f"{_joined(names, ' and ')} ({book.year}) '{book.title}', Journal of Waters, 12(3), pp. {pages}."
        )
    if style == "plain":
        return f"{_joined(names, ' and ')} {book.year}, “{book.title}”, Journal of Waters, vol. 12, no. 3, pp. {pages}."
    raise ValueError(style)


STYLES = ("chicago", "apa", "harvard", "plain")


def _listed_name(author, place, style):
    if not author.given:
        return author.family
    if style == "chicago":
        return f"{author.family}, {author.given}" if place == 0 else f"{author.given} {author.family}"
    return f"{author.family}, {author.initials}"


def _joined(names, last):
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + last + names[-1]


def cited_names(book, joint="and"):
    """Return the authors as a citation names them."""
    names = [author.family for author in book.authors]
    if len(names) > 3:
        return f"{names[0]} et al."
    return _joined(names, f", {joint} " if len(names) > 2 else f" {joint} ")
