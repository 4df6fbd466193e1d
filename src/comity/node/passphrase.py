"""Where the passphrase of a node's keys comes from: a file that the environment names, or a question."""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from typing import Final

from comity.record.keyfile import KeyfileError, Passphrase, PassphraseMissingError

VARIABLE: Final = "COMITY_PASSPHRASE_FILE"
SHORTEST: Final = 12
MOST: Final = 1024


class PassphraseWeakError(KeyfileError):
    """The passphrase is too short to protect a key."""

    code = "passphrase-weak"
    advice = (
        f"Take at least {SHORTEST} characters: six words drawn by dice are good, and can be written down."
    )


def find(what: str) -> Passphrase:
    """Return the passphrase of `what`: from the file named in the environment, or as somebody types it.

    Raises:
        PassphraseMissingError: No file is named and nobody can be asked, or the file cannot be read.
    """
    return _from_file() or Passphrase(_asked(f"passphrase of {what}: "))


def choose(what: str) -> Passphrase:
    """Return a new passphrase for `what`; a person types it twice.

    Raises:
        PassphraseMissingError: As `find`; or the two differ.
        PassphraseWeakError: It is too short.
    """
    found = _from_file()
    if found is None:
        first = _asked(f"new passphrase for {what}: ")
        if _asked("the same again: ") != first:
            raise PassphraseMissingError("the two passphrases differ")
        found = Passphrase(first)
    if len(found.octets) < SHORTEST:
        raise PassphraseWeakError(f"the passphrase has {len(found.octets)} octets, fewer than {SHORTEST}")
    return found


def _from_file() -> Passphrase | None:
    name = os.environ.get(VARIABLE)
    if not name:
        return None
    try:
        with Path(name).open("rb") as stream:
            data = stream.read(MOST + 1)
    except OSError as error:
        raise PassphraseMissingError(f"{name}, named in {VARIABLE}: {error.strerror}") from error
    if len(data) > MOST:
        raise PassphraseMissingError(
            f"{name}, named in {VARIABLE}, is no passphrase: more than {MOST} octets"
        )
    return Passphrase(data.rstrip(b"\r\n"))


def _asked(question: str) -> bytes:
    if not sys.stdin.isatty():
        raise PassphraseMissingError(f"no {VARIABLE} is set, and nobody can be asked for the {question[:-2]}")
    return getpass.getpass(question).encode()
