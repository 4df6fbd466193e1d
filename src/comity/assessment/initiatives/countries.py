"""Country codes as the public files write them (`countries.toml`)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from comity.assessment.initiatives.errors import UnknownCountryError


@dataclass(frozen=True, slots=True)
class Country:
    """A country: ISO 3166-1 codes, its Correlates of War number, and names as files write them."""

    alpha3: str
    alpha2: str
    cow: str
    names: tuple[str, ...]


@cache
def countries() -> tuple[Country, ...]:
    """Return every country that the readers know."""
    text = files("comity.assessment.initiatives").joinpath("countries.toml").read_text("utf-8")
    return tuple(
        Country(item["alpha3"], item["alpha2"], item["cow"], tuple(item["names"]))
        for item in tomllib.loads(text)["country"]
    )


def alpha3(written: str) -> str:
    """Return the alpha-3 code of a name, code or number as written, or the empty string."""
    wanted = written.strip().casefold()
    for country in countries():
        known = (country.alpha3, country.alpha2, country.cow, *country.names)
        if wanted in (name.casefold() for name in known):
            return country.alpha3
    return ""


def country(code: str) -> Country:
    """Return a country by its alpha-3 code.

    Raises:
        UnknownCountryError: none has it.
    """
    found = next((one for one in countries() if one.alpha3 == code.upper()), None)
    if found is None:
        known = ", ".join(one.alpha3 for one in countries())
        raise UnknownCountryError(f"{code[:20]!a} is none of {known}")
    return found
