"""How the exchange with each peer went, kept beside the views; and when to try again."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.sqlite import insert

from comity.node.control.tables_release import REFS
from comity.node.openings import BUNDLE
from comity.node.projection_rows import OPENING
from comity.node.views import EXCHANGE, QUARANTINE, RECORDS, Views
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.node.openings import Intake
    from comity.record.errors import ComityError

LONGEST_PAUSE: Final = 900.0
"""Seconds between two tries, however long a peer has been away."""


def pause(base: float, failures: int, rng: random.Random | None = None) -> float:
    """Return the seconds to wait before the next pull.

    The pause doubles with every failure in a row up to `LONGEST_PAUSE`, and is spread over its upper half
    so that two nodes that lost the line together do not come back in step.

    Args:
        base: the usual pause in seconds.
        failures: how many tries in a row have failed.
        rng: source of the jitter.
    """
    longest = min(LONGEST_PAUSE, max(base, 1.0) * 2.0 ** min(failures, 20))
    return longest * (rng or random.SystemRandom()).uniform(0.5, 1.0)


@dataclass(frozen=True, slots=True)
class Tries:
    """The tries with one peer. Times are integer milliseconds UTC."""

    openings_to: int = 0
    last_try: int | None = None
    last_success: int | None = None
    failures: int = 0
    error: dict[str, str] | None = None


class ExchangeBook:
    """The table of tries, and of refused openings."""

    def __init__(self, views: Views) -> None:
        self._views = views

    def read(self, origin: str) -> Tries:
        """Return the tries with one peer."""
        with self._views.reads.connect() as db:
            row = db.execute(select(EXCHANGE).where(EXCHANGE.c.origin == origin)).first()
        if row is None:
            return Tries()
        error = None
        if row.error_code is not None:
            error = {
                "type": f"urn:comity:error:{row.error_code}",
                "title": row.error_advice,
                "detail": row.error_detail,
            }
        return Tries(row.openings_to, row.last_try, row.last_success, row.failures, error)

    def succeeded(self, origin: str) -> None:
        """Note a complete exchange."""
        now = milliseconds()
        self._write(
            origin,
            last_try=now,
            last_success=now,
            failures=0,
            error_code=None,
            error_detail=None,
            error_advice=None,
        )

    def failed(self, origin: str, error: ComityError) -> None:
        """Note an exchange that ended early, and why."""
        self._write(
            origin,
            last_try=milliseconds(),
            failures=self.read(origin).failures + 1,
            error_code=error.code,
            error_detail=str(error)[:500],
            error_advice=error.advice,
        )

    def openings_done(self, origin: str, bundle: int, upto: int, intake: Intake) -> None:
        """Note what came of a bundle; what was refused of it before no longer counts."""
        with self._views.writing() as db:
            here = (QUARANTINE.c.origin == origin) & (QUARANTINE.c.source == OPENING)
            within = QUARANTINE.c.index.between(bundle * BUNDLE, (bundle + 1) * BUNDLE - 1)
            db.execute(delete(QUARANTINE).where(here & within))
            for bad in intake.refused:
                values = {"id": b64(bad.id), "code": bad.error.code, "detail": str(bad.error)[:500]}
                row = insert(QUARANTINE).values(origin=origin, index=bad.index, source=OPENING, **values)
                keys = ["origin", "index", "source"]
                db.execute(row.on_conflict_do_update(index_elements=keys, set_=values))
            statement = insert(EXCHANGE).values(origin=origin, openings_to=upto, failures=0)
            db.execute(statement.on_conflict_do_update(index_elements=["origin"], set_={"openings_to": upto}))

    def refused_openings(self, origin: str) -> list[int]:
        """Return the indexes whose opening was refused."""
        here = (QUARANTINE.c.origin == origin) & (QUARANTINE.c.source == OPENING)
        with self._views.reads.connect() as db:
            return list(db.execute(select(QUARANTINE.c.index).where(here)).scalars())

    def closed_steps(self, origin: str) -> list[int]:
        """Return the indexes of steps of the protocol whose content did not come, by a folder for example.

        Steps that name no place look like records: enrolments are told by their key, the start of a round by
        what names it.
        """
        named = (
            select(REFS.c.index)
            .where(
                REFS.c.to_origin == RECORDS.c.origin,
                REFS.c.to_index == RECORDS.c.index,
                REFS.c.kind.startswith("round."),
                REFS.c.position == 0,
            )
            .exists()
        )
        step = (RECORDS.c.outer == "protocol") | (RECORDS.c.office == "enrol") | named
        closed = (RECORDS.c.origin == origin) & (func.length(RECORDS.c.kind) == 0)
        with self._views.reads.connect() as db:
            return list(db.execute(select(RECORDS.c.index).where(closed & step)).scalars())

    def _write(self, origin: str, **values: object) -> None:
        with self._views.writing() as db:
            statement = insert(EXCHANGE).values(
                **{"origin": origin, "openings_to": 0, "failures": 0, **values}
            )
            db.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=values))


def milliseconds() -> int:
    """Return the time in integer milliseconds UTC."""
    return time.time_ns() // 1_000_000
