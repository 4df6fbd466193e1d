"""A brief from an open node: its tables, the parties' names, the works cited, the heads of all logs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import Languages
from comity.console.render import HERE as CONSOLE
from comity.node.compacts import members, parties
from comity.perspectives import queries as perspectives
from comity.record.errors import ComityError
from comity.record.marking import LABELS
from comity.register.brief import gather
from comity.register.brief_labels import chosen
from comity.register.brief_visible import CLEAR, Sight
from comity.register.brief_words import Writer

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.node import Node

_HERE: Final = Path(__file__).parent


class BriefMarkingError(ComityError):
    """A brief is asked for up to a marking that does not exist."""

    code = "register-brief-marking"
    advice = f"Name one of {', '.join(LABELS)}; without one the brief holds what is marked for everybody."


def sheet(
    node: Node, meeting: str, *, languages: str = "vi,lo", limit: str = CLEAR, today: date | None = None
) -> dict[str, Any]:
    """Return the brief for a meeting as plain data, in the languages named.

    Raises:
        UnknownMeetingError: no such meeting can be seen.
        LanguagesError: the languages are not some of those it can be made in.
        BriefMarkingError: the marking is not one.
    """
    codes = chosen(languages)
    checked(limit)
    voices = parties(node)
    with node.views.connect() as db:
        sight = Sight(db, voices, limit)
        plan = gather(sight, meeting, today or datetime.now(UTC).date())
        writer = Writer(plan, catalogues(), _names(node), _works(db), sight.translations())
    return writer.sheet(codes, heads(node), node.origin)


def checked(limit: str) -> str:
    """Return a marking if it is one.

    Raises:
        BriefMarkingError: it is none.
    """
    if limit not in LABELS:
        raise BriefMarkingError(f"{limit[:40]!a} is no marking")
    return limit


def catalogues() -> Languages:
    """Return the words of the console and of the register in every language."""
    return Languages([CONSOLE / "locale", _HERE / "locale"])


def heads(node: Node) -> list[dict[str, Any]]:
    """Return the head of every log that the tables were made from: origin, size, root (base64)."""
    status = node.status()
    own = {"origin": status.origin, "size": status.size, "root": status.root}
    peers = [{"origin": peer.origin, "size": peer.size, "root": peer.root} for peer in status.peers]
    return [own, *sorted(peers, key=lambda head: str(head["origin"]))]


def _names(node: Node) -> dict[str, dict[str, str]]:
    return {member.party: dict(member.names) for member in members(node)}


def _works(db: Connection) -> dict[str, tuple[str, int | None]]:
    return {
        slug: (report.fields["title"], report.fields.get("year"))
        for slug, report in perspectives.works(db).items()
    }
