"""The entry kinds of sectors: a stretch of land that is watched, with its sensors, and zones in it.

What stands here is all that a tracker depends on: the same entry and the same observations give the same
bits, on either side and next year. Sensors are of parties; a centre tracks with those of its own.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.border.entries.patrols import Latitude, Longitude
from comity.record.header import Party
from comity.record.kinds import Kind
from comity.record.values import Slug, Text, Value

SensorKind = Literal["radar", "camera", "acoustic", "drone", "remote-id", "adsb", "ais", "gps"]
ObjectClass = Literal["unknown", "air", "boat", "vehicle", "person-size"]
Severity = Literal["Minor", "Moderate", "Severe", "Extreme"]
Figure = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(?:\.[0-9]{1,12})?$")]
"""A figure that is not negative, as a decimal string."""
Offset = Annotated[int, Field(ge=-200_000, le=200_000)]
Metres = Annotated[int, Field(ge=0, le=200_000)]


class SectorSensor(Value):
    """A sensor of a sector.

    Attributes:
        slug: Its name; the SensorThings Sensor that observations belong to is named so.
        party: Whose it is.
        kind: What it is. Radars, cameras, acoustic sensors and drones detect; what calls itself by Remote
            ID, ADS-B or AIS is a claim that is held against tracks. A GPS receiver is that of one own patrol
            of the receiver's name: it is drawn as what it is, bears out the track that sensors see of it, and
            gives no cause to an alert; it never makes a track.
        sigma: Standard deviation of a detection, m each axis, where a detection says none.
        pd: Probability that it detects what is within its reach, in one look.
        interval: Milliseconds from look to look; silent after three without a word.
        lat: Where it stands, millionths of a degree, WGS 84; of a drone where its ground station does.
        lon: Longitude, likewise.
        reach: Metres about its place that it covers; the whole sector where none are given.
        clutter: Expected false detections a look and square kilometre.
        most: Detections a second beyond which it floods.
    """

    slug: Slug
    party: Party
    kind: SensorKind
    sigma: Figure = "10"
    pd: Figure = "0.9"
    interval: Annotated[int, Field(ge=10, le=86_400_000)] = 1_000
    lat: Latitude
    lon: Longitude
    reach: Annotated[int, Field(ge=1, le=400_000)] | None = None
    clutter: Figure = "1"
    most: Annotated[int, Field(ge=1, le=10_000_000)] = 5_000


class ClassMotion(Value):
    """How a class of objects moves, where it is not as `fusion.model.MOTIONS` has it.

    Attributes:
        name: The class.
        noise: Power spectral density of the acceleration, m²/s³.
        spread: Standard deviation of a velocity before it was seen, m/s each axis.
        fastest: Speed beyond which a claim is impossible, m/s.
    """

    name: ObjectClass
    noise: Figure
    spread: Figure
    fastest: Figure


class Sector(Kind):
    """A sector: its plane, its sensors, and the rules of the tracker that both centres share.

    Attributes:
        slug: Natural name; a party's newest sector of a name counts.
        title: What it is called.
        origin_lat: Where the local plane touches, millionths of a degree, WGS 84.
        origin_lon: Longitude, likewise.
        west: Edge of what is watched, metres east of the origin.
        south: Metres north of the origin.
        east: Metres east of the origin.
        north: Metres north of the origin.
        sensors: Those of every party that it shares with the others.
        cell: Metres of a cell of the grid of what may be there unseen.
        horizon: Milliseconds that an observation may be late and still be taken in its place.
        density: Things expected a square kilometre where nobody ever looked.
        turnover: Seconds in which the unseen comes back to that density.
        motions: Of classes that move otherwise here.
        synthetic: Whether its observations come from a simulator.
        alerts_to: Parties that may see the alerts that the centre raises of itself; nobody without.
    """

    kind: ClassVar[str] = "border.sector"
    version: ClassVar[int] = 1

    slug: Slug
    title: Text
    origin_lat: Latitude
    origin_lon: Longitude
    west: Offset
    south: Offset
    east: Offset
    north: Offset
    sensors: Annotated[list[SectorSensor], Field(max_length=40)] = Field(default_factory=list)
    cell: Annotated[int, Field(ge=50, le=50_000)] = 1_000
    horizon: Annotated[int, Field(ge=1_000, le=600_000)] = 60_000
    density: Figure = "1"
    turnover: Annotated[int, Field(ge=1, le=1_000_000)] = 1_000
    motions: Annotated[list[ClassMotion], Field(max_length=5)] = Field(default_factory=list)
    synthetic: bool = False
    alerts_to: Annotated[list[Party], Field(max_length=64)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _fits(self) -> Sector:
        if self.west >= self.east or self.south >= self.north:
            raise ValueError("west is less than east, and south less than north")
        for names, what in (
            ([one.slug for one in self.sensors], "sensors"),
            ([one.name for one in self.motions], "motions of classes"),
        ):
            if len(set(names)) != len(names):
                raise ValueError(f"two {what} have one name")
        if any(not 0 < float(one.pd) < 1 or float(one.sigma) <= 0 for one in self.sensors):
            raise ValueError("pd is between 0 and 1, sigma more than 0")
        return self


class Corner(Value):
    """A point of a zone.

    Attributes:
        lat: Latitude in millionths of a degree, WGS 84.
        lon: Longitude, likewise.
    """

    lat: Latitude
    lon: Longitude


class Zone(Kind):
    """A zone of a sector: what a track may come near to, or stay in. That it crosses a line is context.

    Attributes:
        slug: Natural name; a party's newest zone of a name and sector counts.
        sector: The sector.
        title: What it is called.
        shape: Area, line, or point.
        points: Of an area the ring, of a line the run; one of a point.
        approach: Metres outside within which a track approaches; 0 asks nothing.
        dwell: Seconds inside after which a track dwells; 0 asks nothing.
        severity: Of what it gives cause to, as in CAP.
        radius: Metres about a point that belong to it.
        withdrawn: Whether it is watched no more.
    """

    kind: ClassVar[str] = "border.zone"
    version: ClassVar[int] = 1

    slug: Slug
    sector: Slug
    title: Text
    shape: Literal["area", "line", "point"]
    points: Annotated[list[Corner], Field(min_length=1, max_length=150)]
    approach: Metres = 0
    dwell: Annotated[int, Field(ge=0, le=604_800)] = 0
    severity: Severity = "Minor"
    radius: Annotated[int, Field(ge=1, le=10_000)] = 25
    withdrawn: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Zone:
        fewest = {"area": 3, "line": 2, "point": 1}[self.shape]
        if len({(one.lat, one.lon) for one in self.points}) < fewest:
            raise ValueError(f"a zone of shape {self.shape} has {fewest} different points at least")
        if self.shape == "point" and len(self.points) > 1:
            raise ValueError("a point is one")
        return self


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {Sector: ("slug",), Zone: ("slug", "sector")}
"""The kinds of this module and the fields that get a column."""
