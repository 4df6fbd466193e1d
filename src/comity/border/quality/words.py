"""What the quality flag of an observation says, and which flags keep it out of detection.

The flag is the node's own, beside the observation: it never changes what a sensor said, and is not in its
leaf. It is shown as a DQ_Element (ISO 19157) where the sensor gave no quality of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import apsw

METHOD: Final = "observation-quality@1"
QUALITY: Final = (
    "unchecked",
    "good",
    "spike",
    "step",
    "flat",
    "unconfirmed",
    "speed",
    "swapped",
    "null-island",
    "outside",
    "unchecked",
)
"""The words, by their numbers in the store. 0 is good once the mark of the checks has passed it; the last is
for results that there is no check for."""
NUMBER: Final = {word: number for number, word in enumerate(QUALITY[:-1])}
NO_CHECK: Final = len(QUALITY) - 1
DETECTION_WITHOUT: Final = frozenset({"spike", "speed", "swapped", "null-island", "outside"})
"""What detection must not take as measured."""
DOUBTFUL: Final = tuple(word for word in QUALITY[2:-1])
MEASURES: Final = {
    "good": "every check of its kind was passed",
    "spike": "exceeds the limit of Hampel's identifier and comes back",
    "step": "jumps between two steady stretches",
    "flat": "one value for too long",
    "unconfirmed": "may be a spike; nothing later confirms it yet",
    "speed": "faster than any object of its class from the last sound place",
    "swapped": "in its sector only with latitude and longitude exchanged",
    "null-island": "at 0, 0, where receivers without a fix are",
    "outside": "outside its sector, or not on the Earth",
}


def element(number: int) -> dict[str, Any] | None:
    """Return a flag as a DQ_Element; nothing for what was not checked."""
    word = QUALITY[number]
    if word == "unchecked":
        return None
    return {
        "type": "DQ_Element",
        "flag": word,
        "nameOfMeasure": [MEASURES[word]],
        "measureIdentification": {"code": word, "codeSpace": METHOD},
        "result": [{"type": "DQ_ConformanceResult", "pass": word == "good"}],
    }


def is_own(given: Any) -> bool:
    """Whether a quality is one that a node gave: who sends it back says nothing of their own."""
    if not isinstance(given, dict):
        return False
    measure = given.get("measureIdentification")
    return isinstance(measure, dict) and measure.get("codeSpace") == METHOD


def effective(alias: str) -> str:
    """Return the SQL of an observation's number: good is what the checks have passed and said nothing of."""
    mark = "(SELECT value FROM meta WHERE name = 'checked')"
    return f"iif({alias}.quality = 0 AND {alias}.id <= coalesce({mark}, 0), 1, {alias}.quality)"


def flag(alias: str) -> str:
    """Return the SQL of an observation's flag as a word."""
    cases = " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(QUALITY))
    return f"(CASE {effective(alias)} {cases} END)"


def marked(db: apsw.Connection) -> int:
    """Return the last observation that was looked at."""
    row = db.execute("SELECT value FROM meta WHERE name = 'checked'").fetchone()
    return 0 if row is None else int(row[0])


def look_again(db: apsw.Connection, number: int) -> None:
    """Have an observation that was changed looked at again, inside a transaction."""
    db.execute("UPDATE meta SET value = min(value, ?) WHERE name = 'checked'", (number - 1,))
