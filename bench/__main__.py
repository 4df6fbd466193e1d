"""`python -m bench [NAME…]`: run the benches (default: all) and print their tables.

Each bench is a module of this folder with `cases()`, and runs in a process of its own; figures go to
bench-results/ as JSON too. Figures that miss an aim are no error: the machine may be busy.
"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys
from pathlib import Path

from bench.harness import RAM_CAP, RESULTS, cap_memory, machine, measure, report

OWN = {"__main__", "harness"}


def names() -> list[str]:
    """The benches there are."""
    return sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in OWN)


def run(name: str) -> None:
    """Run one bench in this process."""
    print(f"\n{name}", flush=True)
    cap_memory()
    where = machine()
    results = []
    for case in importlib.import_module(f"bench.{name}").cases():
        try:
            results.append(measure(case))
        finally:
            case.close()
    report(name, results, where)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of: {', '.join(names())}")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        run(arguments.one)
        return
    wanted = arguments.names or names()
    for name in wanted:
        if name not in names():
            parser.error(f"no bench {name!r}; there are: {', '.join(names())}")
    RESULTS.mkdir(exist_ok=True)
    where = machine()
    memory, cap = where["memory_bytes"] >> 20, RAM_CAP >> 20
    print(f"{where['cpu']}, {where['cores']} cores, {memory} MiB, load {where['load_before']:.1f}")
    print(f"Python {where['python']}, SQLite {where['sqlite']}; memory cap {cap} MiB; medians of rounds")
    command = [sys.executable, "-m", "bench", "--one"]
    failed = [name for name in wanted if subprocess.run([*command, name], check=False).returncode]
    if failed:
        sys.exit(f"these ended with an error: {', '.join(failed)}")


if __name__ == "__main__":
    main()
