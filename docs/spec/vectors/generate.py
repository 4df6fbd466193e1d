"""Write the golden vectors, the same bytes every time: `python docs/spec/vectors/generate.py [FOLDER]`.

Keys, salts and ids come from fixed words by SHA-256. What a refusal is called is written by hand, not asked
of the code: the tests hold the code to it.
"""

# ruff: noqa: T201 - a script, run by hand and by a test

from __future__ import annotations

import json
import sys
from pathlib import Path

import approvals
import carrieds
import charters
import compacts
import epochs
import fork_vectors
import forms
import openings
import proofs
import records
import releases
import steps
import tracklets


def main() -> None:
    """Write every file into the folder named, or beside this one."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    parts = (forms, records, openings, charters, compacts, approvals, releases, carrieds, proofs)
    parts += (fork_vectors, epochs, steps, tracklets)
    for name, vectors in {name: made for part in parts for name, made in part.files().items()}.items():
        text = json.dumps(vectors, indent=1, ensure_ascii=False) + "\n"
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
        print(f"{name}.json: {sum(len(part) for part in vectors.values() if isinstance(part, list))} cases")


if __name__ == "__main__":
    main()
