"""What every bench shares: interleaved runs, medians, ratios, the machine, the memory cap, the report.

A bench module has `cases() -> Iterable[Case]`. The variants of a case run in turn, five rounds of all,
so that a busy machine slows each of them alike; a variant's figure is the median of its rounds, and its
ratio is to the case's first variant (the peer or the bare limit), taken round by round before the
median.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import shutil
import statistics
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import apsw
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
RAM_CAP = 2 << 30
"""Bytes of address space a bench may use beyond what is mapped at its start."""
RESULTS = Path("bench-results")


@dataclass
class Variant:
    """One way to do the work. `run` returns its figure (more is better unless the case says less)."""

    name: str
    run: Callable[[], float]
    aim: float | None = None
    """What the figure, or the ratio to the first variant, should reach."""
    aim_is_ratio: bool = True


@dataclass
class Case:
    """Variants of one piece of work, measured in turn."""

    title: str
    unit: str
    variants: list[Variant]
    rounds: int = ROUNDS
    less_is_better: bool = False
    close: Callable[[], None] = lambda: None
    notes: list[str] = field(default_factory=list)


@contextmanager
def scratch():
    """A folder on the disk that the repository is on, removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=RESULTS))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def per_second(count: int, work: Callable[[], object]) -> float:
    """Run `work`, which does `count` things, and return things a second."""
    start = time.perf_counter()
    work()
    return count / (time.perf_counter() - start)


def measure(case: Case) -> dict:
    """Run all variants in turn, `rounds` times; return figures, medians and ratios."""
    figures: dict[str, list[float]] = {variant.name: [] for variant in case.variants}
    for _ in range(case.rounds):
        for variant in case.variants:
            figures[variant.name].append(variant.run())
    first = figures[case.variants[0].name]
    rows = []
    for variant in case.variants:
        found = figures[variant.name]
        ratio = statistics.median(a / b for a, b in zip(found, first, strict=True))
        value = ratio if variant.aim_is_ratio else statistics.median(found)
        met = None
        if variant.aim is not None:
            met = value <= variant.aim if case.less_is_better else value >= variant.aim
        rows.append(
            {
                "name": variant.name,
                "median": statistics.median(found),
                "low": min(found),
                "high": max(found),
                "ratio": ratio,
                "aim": variant.aim,
                "aim_is_ratio": variant.aim_is_ratio,
                "met": met,
            }
        )
    return {
        "title": case.title,
        "unit": case.unit,
        "rounds": case.rounds,
        "rows": rows,
        "notes": list(case.notes),
    }


def machine() -> dict:
    """Where the figures come from."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    model = platform.processor() or platform.machine()
    for line in Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_bytes": memory,
        "ram_cap_bytes": RAM_CAP,
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "kernel": platform.release(),
    }


def cap_memory() -> None:
    """Let a bench fail rather than use more memory than it states."""
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (mapped + RAM_CAP, hard))


def report(name: str, results: list[dict], where: dict) -> None:
    """Print the tables, and keep everything as JSON."""
    console = Console(width=max(100, shutil.get_terminal_size().columns))
    for result in results:
        table = Table(title=result["title"], title_justify="left")
        table.add_column("variant")
        for column in (result["unit"], "range of rounds", "ratio", "aim", ""):
            table.add_column(column, justify="right")
        for row in result["rows"]:
            aim = "" if row["aim"] is None else f"{row['aim']:g}" + (" x" if row["aim_is_ratio"] else "")
            met = {None: "", True: "met", False: "missed"}[row["met"]]
            spread = f"{_figure(row['low'])} to {_figure(row['high'])}"
            table.add_row(row["name"], _figure(row["median"]), spread, f"{row['ratio']:.2f}", aim, met)
        console.print(table)
        for note in result["notes"]:
            console.print(f"  {note}")
    body = {"bench": name, "machine": where, "results": results}
    (RESULTS / f"{name}.json").write_text(json.dumps(body, indent=1) + "\n")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:,.2f}"
