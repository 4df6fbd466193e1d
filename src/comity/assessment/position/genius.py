"""GENIUS files: a domain of issues and options, and a side's profile of it (XML).

The evaluation of a discrete option is divided by the largest of its issue, whatever that is (an issue whose
largest is below 0.00001 is worth 0); an integer issue is worth offset + slope x (value - lower bound), held
between 0 and 1. Weights are taken as written. Issues match by index, options by value. A profile may state
a reservation value and a discount factor. Issues of real numbers have no countable packages and are
refused, as are spaces that are not additive.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from lxml import etree

from comity.assessment.position.errors import DomainFileError
from comity.assessment.position.packages import Domain, Issue, Profile, check_size

if TYPE_CHECKING:
    from numpy.typing import NDArray

LARGEST: Final = 64 * 1024 * 1024
"""Bytes beyond which a file is refused."""
MOST_VALUES: Final = 1_000_000
"""Values that an integer issue may have."""
NOTHING: Final = 0.00001
"""A largest evaluation below this makes the issue worth 0."""


@dataclass(frozen=True)
class GeniusDomain(Domain):
    """A domain with the indexes by which profiles name its issues, and the bounds of its integer issues."""

    indexes: tuple[str, ...] = ()
    bounds: tuple[tuple[int, int] | None, ...] = ()


def read_domain(data: bytes, name: str = "domain") -> GeniusDomain:
    """Read a domain.

    Raises:
        DomainFileError: it is damaged, or has an issue that has no countable options.
        PackagesError: there are too many packages to look at.
    """
    found = _issues(_parse(data, name), name)
    issues: list[Issue] = []
    bounds: list[tuple[int, int] | None] = []
    for index, item in found.items():
        label = item.get("name") or index
        limits = _bounds(item, f"{name}: issue {label!r}") if _type(item, name) == "integer" else None
        options = [str(n) for n in range(limits[0], limits[1] + 1)] if limits else _options(item, name)
        issues.append(Issue(label, tuple(options)))
        bounds.append(limits)
        check_size(issues)  # before the next issue is unfolded
    return GeniusDomain(name, tuple(issues), tuple(found), tuple(bounds))


def read_profile(data: bytes, domain: GeniusDomain, name: str = "profile") -> Profile:
    """Read a side's profile of a domain.

    Raises:
        DomainFileError: it is damaged, or lacks a weight or a value of the domain.
    """
    root = _parse(data, name)
    found, weights = _issues(root, name), _weights(root, name)
    values: list[NDArray[np.float64]] = []
    for index, issue, limits in zip(domain.indexes, domain.issues, domain.bounds, strict=True):
        where = f"{name}: issue {issue.name!r}"
        if index not in found or index not in weights:
            raise DomainFileError(f"{where} has no {'weight' if index in found else 'values'}")
        item = found[index]
        if (_type(item, name) == "integer") != (limits is not None):
            raise DomainFileError(f"{where} is of another type than in the domain")
        values.append(_integer(item, limits, where) if limits else _discrete(item, issue, where))
    return Profile(
        tuple(weights[index] for index in domain.indexes),
        tuple(values),
        _single(root, "reservation", name),
        _discount(_single(root, "discount_factor", name)),
    )


def _discrete(item: etree._Element, issue: Issue, where: str) -> NDArray[np.float64]:
    given: dict[str, float] = {}
    for part in item.findall("item"):
        value, evaluation = part.get("value"), part.get("evaluation")
        if value is not None and evaluation not in (None, "null"):
            given[value] = _number(evaluation, f"{where}, option {value!r}")
    if missing := [option for option in issue.options if option not in given]:
        raise DomainFileError(f"{where} has no evaluation of {missing[0]!r}")
    largest = max(given.values())
    if largest < NOTHING:
        return np.zeros(len(issue.options))
    return np.array([given[option] / largest for option in issue.options])


def _integer(item: etree._Element, limits: tuple[int, int], where: str) -> NDArray[np.float64]:
    line = item.find("evaluator")
    slope = _number(line.get("slope", line.get("parameter1")), f"{where}, slope") if line is not None else 0.0
    offset = (
        _number(line.get("offset", line.get("parameter0")), f"{where}, offset") if line is not None else 0.0
    )
    lower = _bounds(item, where)[0]
    values = np.arange(limits[0], limits[1] + 1, dtype=np.float64)
    return np.clip(offset + slope * (values - lower), 0.0, 1.0)


def _parse(data: bytes, name: str) -> etree._Element:
    if len(data) > LARGEST:
        raise DomainFileError(f"{name} has {len(data)} bytes, at most {LARGEST} are read")
    if b"<!DOCTYPE" in data or b"\x00" in data:
        raise DomainFileError(f"{name} declares a document type, or is not UTF-8: files of GENIUS do neither")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DomainFileError(f"{name} is no XML: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:  # in an encoding that hides it from the look above
        raise DomainFileError(f"{name} declares a document type: files of GENIUS do not")
    space = root if root.tag == "utility_space" else root.find(".//utility_space")
    if space is None:
        raise DomainFileError(f"{name} has no <utility_space>: it is not of GENIUS")
    if (space.get("type") or "").casefold() == "nonlinear":
        raise DomainFileError(f"{name} is a non-linear space; only additive ones are read")
    return space


def _issues(root: etree._Element, name: str) -> dict[str, etree._Element]:
    """Return the issues by index, in the order of the file."""
    found: dict[str, etree._Element] = {}
    for item in root.iter("issue"):
        index = (item.get("index") or "").strip()
        if not index or index in found:
            raise DomainFileError(f"{name} has an issue {item.get('name')!r} whose index is missing or taken")
        found[index] = item
    if not found:
        raise DomainFileError(f"{name} has no issue")
    return found


def _weights(root: etree._Element, name: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for item in root.iter("weight"):
        index = (item.get("index") or "").strip()
        found[index] = _number(item.get("value"), f"{name}: weight {index}")
        if found[index] < 0:
            raise DomainFileError(f"{name}: weight {index} is below 0")
    return found


def _type(item: etree._Element, name: str) -> str:
    found = (item.get("type") or item.get("etype") or "discrete").casefold()
    if found not in ("discrete", "integer"):
        raise DomainFileError(
            f"{name}: issue {item.get('name')!r} is {found}; discrete and integer issues are read"
        )
    return found


def _options(item: etree._Element, name: str) -> list[str]:
    found = [part.get("value") for part in item.findall("item")]
    named = [value for value in found if value is not None]
    if not named or len(named) != len(found) or len(set(named)) != len(named):
        raise DomainFileError(
            f"{name}: issue {item.get('name')!r} has no options, or one without or with a taken value"
        )
    return named


def _bounds(item: etree._Element, where: str) -> tuple[int, int]:
    """Return the bounds of an integer issue: on it, or on a <range> inside."""
    inside = item.find("range")
    parts = [item, *([inside] if inside is not None else [])]
    texts = [
        next((part.get(key) for part in parts if part.get(key)), None) for key in ("lowerbound", "upperbound")
    ]
    try:
        lower, upper = (int(text or "") for text in texts)
    except ValueError as error:
        raise DomainFileError(f"{where} has no whole bounds") from error
    if not 0 <= upper - lower < MOST_VALUES:
        raise DomainFileError(f"{where} runs from {lower} to {upper}")
    return lower, upper


def _single(root: etree._Element, tag: str, name: str) -> float | None:
    item = next(root.iter(tag), None)
    return None if item is None else _number(item.get("value"), f"{name}: {tag}")


def _discount(given: float | None) -> float:
    # A factor outside 0..1 is none, as the format has it.
    return given if given is not None and 0 < given <= 1 else 1.0


def _number(text: str | None, where: str) -> float:
    try:
        value = float(text or "")
    except ValueError as error:
        raise DomainFileError(f"{where}: {text!r} is no number") from error
    if not math.isfinite(value):
        raise DomainFileError(f"{where}: {text!r} is not finite")
    return value
