"""The border sector as a file, `border.toml`: what moves in a simulator, who sees it, what is said."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.demo.example import ExampleError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.demo.example import Example

BASIS = "worked example, simulated"
MARKING = "TLP:AMBER"
Fields = dict[str, Any]
Way = tuple[tuple[float, float, float], ...]


@dataclass(frozen=True)
class Sensor:
    """A sensor that is simulated.

    Attributes:
        slug: Its name.
        party: Whose it is.
        kind: What it is.
        at: Metres east and north of the origin.
        sigma: Standard deviation of a detection, m.
        pd: Probability of a detection in a look.
        clutter: Expected false detections a look and square kilometre.
        reach: Metres that it covers; 0 for the whole sector.
        silent_from: Second from which it says nothing; never where negative.
    """

    slug: str
    party: str
    kind: str
    at: tuple[float, float]
    sigma: str = "10"
    pd: str = "0.9"
    clutter: str = "0"
    reach: int = 0
    silent_from: int = -1

    @property
    def looks(self) -> bool:
        """Whether it detects; otherwise it hears what others say of themselves."""
        return self.kind != "remote-id"


@dataclass(frozen=True)
class Mover:
    """A thing that moves along a way of seconds and metres."""

    name: str
    object_class: str
    way: Way


@dataclass(frozen=True)
class Spoof:
    """What a mover says of itself by Remote ID, `shift` metres away from where it is."""

    mover: str
    uas_id: str
    transmitter: str
    since: int
    until: int
    shift: tuple[float, float]


@dataclass(frozen=True)
class Border:
    """A border sector, as it is played.

    Attributes:
        by: The party whose sensors see it first, that proposes the patrol.
        gives: The party that is given the track, and that warns of the flood.
        seed: Of the simulator.
        seconds: How long it lasts.
        every: Milliseconds between two looks.
        interval: Milliseconds that the sector's entry says there are between two looks.
        slice: Seconds of observations that are sent at once.
        sector: Fields of the sector, without its sensors.
        sensors: Of all parties.
        movers: What moves.
        spoof: What one of them says of itself.
        zones: Fields of the zones; `corners` in metres.
        sharing: `every` looks, `classes`, `note`.
        alert_words: `note` beside the acknowledgement.
        gauge: `slug`, `station`, `levels` in millimetres, one an hour; perhaps `at`, its place in metres.
        warning: `slug`, `valid_hours`, `draft`.
        patrol: `slug`, `sector`, `meets_in_hours`, `minutes`, `stations`, `words`.
        network: Fields of the tracks; places in metres.
        hazard: Fields of a hazard area; corners in metres.
    """

    by: str
    gives: str
    seed: int
    seconds: int
    every: int
    interval: int
    slice: int
    sector: Fields
    sensors: Sequence[Sensor]
    movers: Sequence[Mover]
    spoof: Spoof
    zones: Sequence[Fields]
    sharing: Fields
    alert_words: Fields
    gauge: Fields
    warning: Fields
    patrol: Fields
    network: Fields
    hazard: Fields

    @property
    def slug(self) -> str:
        """The name of the sector."""
        return str(self.sector["slug"])

    def header(self, clerk: str, **changes: Any) -> Fields:
        """Return the header of an act: for the parties, and fiction."""
        plain = {"author": clerk, "marking": MARKING, "basis": BASIS, "class": "exercise"}
        return {**plain, "releasable_to": sorted({self.by, self.gives}), **changes}

    def of(self, party: str) -> list[Sensor]:
        """Return a party's sensors."""
        return [one for one in self.sensors if one.party == party]


def read_border(example: Example) -> Border | None:
    """Read the border sector of an example, None where it has none.

    Raises:
        ExampleError: the file is malformed, or names a party or a mover that is not there.
    """
    path = example.folder / "border.toml"
    if not path.is_file():
        return None
    try:
        found = _border(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ExampleError(f"{path}: a setting is missing, unknown or malformed: {error}") from error
    strange = {found.by, found.gives, *(one.party for one in found.sensors)} - {
        member.party for member in example.parties
    }
    if found.spoof.mover not in {one.name for one in found.movers}:
        strange.add(found.spoof.mover)
    if strange:
        raise ExampleError(f"{path}: {', '.join(sorted(strange))}: no such party or mover")
    return found


def _border(data: Fields) -> Border:
    sensors = tuple(Sensor(**{**one, "at": _pair(one["at"])}) for one in data.pop("sensor"))
    movers = tuple(_mover(one) for one in data.pop("mover"))
    spoof = {**data.pop("spoof")}
    spoof |= {"since": spoof.pop("from"), "shift": _pair(spoof["shift"])}
    return Border(
        **data | {"zones": tuple(data.pop("zone"))}, sensors=sensors, movers=movers, spoof=Spoof(**spoof)
    )


def _mover(one: Mapping[str, Any]) -> Mover:
    way = tuple((float(t), float(x), float(y)) for t, x, y in one["way"])
    return Mover(one["name"], one["class"], way)


def _pair(values: Sequence[float]) -> tuple[float, float]:
    x, y = values
    return float(x), float(y)
