"""A process that keeps a sector until it is killed: `python -m tests.border.live.killed NODE MOMENT`."""

from __future__ import annotations

import sys
from pathlib import Path

from comity.border import SYSTEM
from comity.border.live import centre
from comity.border.sector.queries import find
from comity.node.node import Node

centre.TOGETHER = 1
centre.SNAPSHOT = 60


def main():
    with Node.open(Path(sys.argv[1]), (SYSTEM,)) as node:
        of = centre.Centre(node, find(node, "ford"))
        of.beside = True
        commit = of._commit

        def told(outcomes, report):
            commit(outcomes, report)
            print(of.machine.last, flush=True)

        of._commit = told
        of.run_once(int(sys.argv[2]))
        of.close()


if __name__ == "__main__":
    main()
