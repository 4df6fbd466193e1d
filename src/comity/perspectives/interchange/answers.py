"""What interchange gives as JSON data: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.documents import OWN, RETENTION
from comity.perspectives.interchange import refi, refi_read, table, webannotation
from comity.perspectives.interchange.model import Coded, InterchangeError
from comity.perspectives.interchange.statements import Mapping, corpus, drafts

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node
    from comity.perspectives.interchange.model import Read

FORMATS: Final = ("refi", "annotations", "csv")


def format_of(name: str, asked: str) -> str:
    """Return the format that was asked for, or the one that a file's name says.

    Raises:
        InterchangeError: it is none of them.
    """
    ending = name.lower().rpartition(".")[2]
    said = {"qdpx": "refi", "qde": "refi", "jsonld": "annotations", "json": "annotations", "csv": "csv"}
    found = asked or said.get(ending, "")
    if found not in FORMATS:
        raise InterchangeError(f"{asked or name!r} is none of {', '.join(FORMATS)}")
    return found


def read(form: str, data: bytes) -> Read:
    """Read a file of a format; see the module of each for what it refuses."""
    readers: dict[str, Callable[[bytes], Read]] = {
        "refi": refi_read.read,
        "annotations": webannotation.read,
        "csv": table.read,
    }
    return readers[form](data)


def exported(node: Node, form: str, *, with_texts: bool) -> dict[str, Any]:
    """Return the file in hexadecimal, how many statements are in it, and which were left out."""
    held = corpus(node)
    if form == "refi":
        data = refi.write("Comity", held.coded, held.texts if with_texts else {}, held.codes)
    elif form == "annotations":
        data = webannotation.write(held.coded, held.texts)
    else:
        data = table.write(held.coded)
    left_out = [asdict(problem) for problem in held.orphans]
    return {"hex": data.hex(), "written": len(held.coded), "left_out": left_out}


def imported(node: Node, asked: dict[str, Any]) -> dict[str, Any]:
    """Return the drafts, and why there is none for the other items.

    Args:
        node: holds the documents in which the passages are looked up.
        asked: `coded`, the items as `Coded` names their fields, `mapping`, the `author` of the drafts, and
            `keep`, whether statements keep the words of their passages; `exercise`, whether all is fictional.
    """
    try:
        coded = [Coded(**item | {"code": tuple(item["code"])}) for item in asked["coded"]]
        mapping, author = Mapping(**asked["mapping"]), str(asked["author"])
    except (TypeError, KeyError) as error:
        raise InterchangeError(f"not coded passages: {error}") from error
    made, problems = drafts(node, coded, mapping, keep=asked.get("keep") is True)
    header = {"author": author, "marking": OWN, "basis": "coding", "retention": RETENTION}
    header["class"] = "exercise" if asked.get("exercise") is True else "record"
    return {
        "drafts": [{**header, **draft} for draft in made],
        "problems": [asdict(problem) for problem in problems],
    }
