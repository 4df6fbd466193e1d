"""Point to passages of a document, and check the locators that the worked example holds.

A locator is offsets and a digest; the passage itself never enters the repository. Three uses:

    scripts/locate-passages.py point DOCUMENT --from "first words" --to "last words"
    scripts/locate-passages.py point DOCUMENT --worksheet FILE     # key, first words, last words; by tabs
    scripts/locate-passages.py check EXAMPLE DOCUMENTS             # does every locator resolve exactly?

Keep a worksheet outside the repository: it holds words of the source. Exit code 0 when every passage is exact
and stands in its document once, 1 otherwise.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from comity.perspectives.intake import document_text
from comity.perspectives.locators import LocatorError, fold, point_to, resolve
from comity.record.errors import ComityError
from comity.record.values import Locator

if TYPE_CHECKING:
    from collections.abc import Iterator

COLUMNS = 3


def between(text: str, first: str, last: str) -> Locator:
    """Return the locator of the passage from `first` to the next `last`; `first` must stand there once.

    Raises:
        LocatorError: a marker is absent, `first` stands there more than once, or the passage does.
    """
    count = text.count(first) if first else 0
    if count != 1:
        raise LocatorError(f"the first words stand in the document {count} times, not once")
    start = text.index(first)
    end = text.find(last, start)
    if not last or end < 0:
        raise LocatorError("the last words do not follow the first ones")
    return point_to(text, text[start : end + len(last)])


def worksheet(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield key, first words and last words of each line of a worksheet; `#` begins a comment.

    Raises:
        LocatorError: a line has not three columns.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        columns = line.split("\t")
        if len(columns) != COLUMNS:
            raise LocatorError(f"line {number}: give key, first words and last words, divided by tabs")
        yield columns[0], columns[1], columns[2]


def citations(value: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (work, locator) of every citation inside a JSON value that has a locator."""
    if isinstance(value, dict):
        if isinstance(value.get("work"), str) and isinstance(value.get("locator"), dict):
            yield value["work"], value["locator"]
        for item in value.values():
            yield from citations(item)
    elif isinstance(value, list):
        for item in value:
            yield from citations(item)


def documents(example: Path, folder: Path) -> dict[str, str]:
    """Return the text of each document of the example that lies in `folder`, by work."""
    listed = tomllib.loads((example / "documents.toml").read_text(encoding="utf-8"))["document"]
    works = {entry["sha256"]: entry["work"] for entry in listed}
    found = {}
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        data = path.read_bytes()
        work = works.get(hashlib.sha256(data).hexdigest())
        if work is not None:
            found[work] = document_text(data)
    return found


def faults(example: Path, folder: Path) -> tuple[int, list[str]]:
    """Return how many locators were checked, and a line for each that is not exact and unique."""
    texts = documents(example, folder)
    checked, wrong = 0, []
    for path in sorted(example.glob("*/*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if not line or line.startswith("#"):
                continue
            for work, raw in citations(json.loads(line)["fields"]):
                checked += 1
                reason = _fault(texts.get(work), Locator.model_validate(raw))
                if reason:
                    wrong.append(f"{path.parent.name}/{path.name}:{number}: {work}: {reason}")
    return checked, wrong


def _fault(text: str | None, locator: Locator) -> str:
    if text is None:
        return "the document is not in the folder"
    found = resolve(text, locator)
    if found.state != "exact":
        return found.reason or "the passage has moved"
    passage = fold(text[locator.start : locator.end]).text
    if fold(text).text.count(passage) != 1:
        return "the passage stands in the document more than once"
    return "" if locator.length == len(passage) else "the folded length differs"


def _point(arguments: argparse.Namespace) -> int:
    text = document_text(arguments.document.read_bytes())
    if arguments.worksheet is None:
        print(between(text, arguments.first, arguments.last).model_dump_json(exclude_none=True))
        return 0
    failed = 0
    for key, first, last in worksheet(arguments.worksheet):
        try:
            print(f"{key}\t{between(text, first, last).model_dump_json(exclude_none=True)}")
        except LocatorError as error:
            print(f"{key}: {error}", file=sys.stderr)
            failed = 1
    return failed


def _check(arguments: argparse.Namespace) -> int:
    checked, wrong = faults(arguments.example, arguments.documents)
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{checked} locators, {checked - len(wrong)} exact and unique, {len(wrong)} not")
    return 1 if wrong or not checked else 0


def main(words: list[str] | None = None) -> int:
    """Run the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    commands = parser.add_subparsers(required=True)
    point = commands.add_parser("point", help="print the locator of a passage")
    point.add_argument("document", type=Path)
    point.add_argument("--from", dest="first", default="", metavar="WORDS")
    point.add_argument("--to", dest="last", default="", metavar="WORDS")
    point.add_argument("--worksheet", type=Path, metavar="FILE")
    point.set_defaults(run=_point)
    check = commands.add_parser("check", help="check every locator of an example")
    check.add_argument("example", type=Path)
    check.add_argument("documents", type=Path)
    check.set_defaults(run=_check)
    arguments = parser.parse_args(words)
    try:
        return int(arguments.run(arguments))
    except (ComityError, OSError) as error:
        print(f"{error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
