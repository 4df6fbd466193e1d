"""Keeps the catalogues of translations: finds every message in code and templates, and updates the .po files.

    python -m comity.console.catalogue            # update every locale/*.po beside what it translates
    python -m comity.console.catalogue --check    # exit 1 when a catalogue is out of date or incomplete

One folder of catalogues stands in each package that has pages: `<package>/locale/{vi,lo,en}.po`.
"""

from __future__ import annotations

import re
import sys
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from comity.console.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from babel.messages.catalog import Message

PACKAGE: Final = Path(__file__).resolve().parent.parent
METHODS: Final = [("**.py", "python"), ("**/templates/**.html", "jinja2.ext.babel_extract")]
KEYWORDS: Final = {"_": None, "gettext": None, "N_": None, "ngettext": (1, 2)}
OPTIONS: Final = {
    "**/templates/**.html": {"trimmed": "true", "extensions": "jinja2.ext.do", "silent": "false"}
}
PLACEHOLDER: Final = re.compile(r"%\((\w+)\)[sd]")
HEADER: Final = "# Translations of Comity's pages; machine-made ones await review (docs/translations.md)."


def packages() -> list[Path]:
    """Return the packages that have pages, in order."""
    return sorted(folder.parent for folder in PACKAGE.glob("*/templates"))


def extract(package: Path) -> Catalog:
    """Return a catalogue of every message in a package's code and templates."""
    found = Catalog(charset="utf-8", header_comment=HEADER)
    for name, message, context in _messages(package):
        found.add(message, None, [(name, 0)], context=context)
    return found


@cache
def _messages(package: Path) -> tuple[tuple[str, str | tuple[str, ...], str | None], ...]:
    """Read every message of a package, once a process: whatever the language, they are the same."""
    rows = extract_from_dir(str(package), METHODS, OPTIONS, KEYWORDS)
    return tuple((Path(name).as_posix(), message, context) for name, _, message, _, context in rows)


def read(path: Path, language: str) -> Catalog:
    """Return the catalogue in a file; an empty one where there is no file."""
    if not path.is_file():
        return Catalog(locale=language, charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=language)


def updated(package: Path, language: str) -> bytes:
    """Return the catalogue file of a package as it should stand, translations kept."""
    path = package / "locale" / f"{language}.po"
    catalogue = read(path, language)
    catalogue.update(extract(package), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = HEADER
    stream = BytesIO()
    write_po(stream, catalogue, width=100, omit_header=False, sort_output=True, no_location=True)
    lines = stream.getvalue().decode().splitlines(keepends=True)
    # Dates and tool versions would change every file on every run and say nothing.
    return "".join(
        line for line in lines if not re.match(r'"(POT|PO|Generated|Last|Report|Project)-', line)
    ).encode()


def faults(package: Path, language: str) -> Iterator[str]:
    """Give what is wrong with a catalogue: a message untranslated, or with other placeholders."""
    for message in read(package / "locale" / f"{language}.po", language):
        if message.id:
            yield from _faults_of(message, f"{package.name}/{language}.po")


def _faults_of(message: Message, where: str) -> Iterator[str]:
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    strings = [message.string] if isinstance(message.string, str) else list(message.string or [])
    if not strings or not all(strings) or message.fuzzy:
        yield f"{where}: not translated: {ids[0]!r}"
        return
    wanted = set(PLACEHOLDER.findall(ids[-1]))
    for text in strings:
        if set(PLACEHOLDER.findall(text)) != wanted:
            yield f"{where}: placeholders differ: {ids[0]!r} -> {text!r}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Update the catalogues, or check them."""
    check = "--check" in (sys.argv[1:] if arguments is None else arguments)
    problems: list[str] = []
    for package in packages():
        for language in LANGUAGES:
            path = package / "locale" / f"{language}.po"
            content = updated(package, language)
            if check and (not path.is_file() or path.read_bytes() != content):
                problems.append(
                    f"{package.name}/{language}.po: out of date; run python -m comity.console.catalogue"
                )
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(content)
            if language != "en":
                problems += faults(package, language)
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
