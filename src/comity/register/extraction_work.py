"""From a document to candidates, and from a confirmed candidate to a draft; the person decides in between."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import LOCALES
from comity.node.compacts import members
from comity.perspectives import queries as perspectives
from comity.record.errors import ComityError
from comity.register.extraction import BINDING, extract
from comity.register.places_fold import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from comity.node.node import Node
    from comity.register.extraction import Extraction

MOST_QUOTED: Final = 300
_TWO: Final = 2


class ExtractionError(ComityError):
    """A candidate cannot be found or confirmed."""

    code = "register-extraction"
    advice = "Run `comity register extract` again, and confirm an agreement or a plan by its number."


def names_of(node: Node) -> dict[str, list[str]]:
    """Return the names that each party goes by: its own, shortened ones, and those of its territory."""
    return {
        member.party: list(dict.fromkeys([*shortened(member.names.values()), *_territory(member.party)]))
        for member in members(node)
        if member.role == "party"
    }


def shortened(names: Iterable[str]) -> Iterator[str]:
    """Yield names as they are, of two words as one (VietNam), of more by initials (Lao PDR, CHDCND Lào)."""
    for name in names:
        yield name
        words = name.split()
        if len(words) == _TWO and name.isascii():
            yield "".join(words)
        if len(words) > _TWO:
            yield f"{words[0]} {''.join(word[0] for word in words[1:]).upper()}"
            yield f"{''.join(word[0] for word in words[:-1]).upper()} {words[-1]}"


def _territory(party: str) -> list[str]:
    """Return what the languages of the pages call the territory of a party's code, where it is one."""
    return [
        name
        for locale in LOCALES.values()
        if (name := locale.territories.get(party.upper())) and name != party
    ]


def of_work(node: Node, work: str) -> dict[str, Any]:
    """Return the candidates of the newest document of a work that this node holds.

    Raises:
        ExtractionError: none is held.
    """
    texts = perspectives.texts_of(node, work)
    if not texts:
        raise ExtractionError(f"no document of the work {work[:96]!a} is held here")
    return found_json(texts[0], extract(texts[0], names_of(node)), work)


def of_original(original: bytes, parties: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the candidates of a file."""
    text = perspectives.text_of(original)
    return found_json(text, extract(text, parties), "")


def found_json(text: str, found: Extraction, work: str) -> dict[str, Any]:
    """Return an extraction as plain JSON data: each candidate numbered, with the locator of its sentence."""
    candidates = []
    for number, item in enumerate(found.candidates, start=1):
        locator = perspectives.pointer(text, item.start, item.end)
        candidates.append(
            {
                "number": number,
                **asdict(item),
                "obligors": list(item.obligors),
                "cues": list(item.cues),
                "text": item.text[:MOST_QUOTED],
                "locator": locator.model_dump(mode="json", exclude_none=True),
                "may_be_confirmed": item.modality in BINDING,
            }
        )
    return {
        "work": work,
        "method": found.method,
        "sentences": found.sentences,
        "candidates": candidates,
        "abstained": [asdict(item) for item in found.abstained],
    }


def confirmed(
    candidate: Mapping[str, Any], said: Mapping[str, Any], header: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the draft of an undertaking that a person confirms.

    Args:
        candidate: As `found_json` gives it.
        said: What the person says: `slug`, `action` by language, `instrument` or `meeting`, `work`, and where
            the rules were wrong `obligors` and `window`.
        header: The header of the draft.

    Raises:
        ExtractionError: what is proposed or hoped for is nobody's undertaking.
    """
    if candidate["modality"] not in BINDING:
        raise ExtractionError(f"a sentence that is read as {candidate['modality']} is nobody's undertaking")
    if not fold(said.get("action", {}).get("en", "")):
        raise ExtractionError("say in English what is to be done: --action-en")
    fields: dict[str, Any] = {
        "slug": said["slug"],
        "obligors": list(said.get("obligors") or candidate["obligors"]),
        "action": dict(said["action"]),
        "modality": candidate["modality"],
        "cites": [{"work": said["work"], "locator": candidate["locator"]}],
    }
    fields |= {name: said[name] for name in ("instrument", "meeting") if said.get(name)}
    window = said.get("window") or candidate["window"]
    fields |= {"window": window} if window else {}
    return {**header, "kind": "register.undertaking", "fields": fields}
