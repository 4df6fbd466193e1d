"""Networks of 1,000 actors and 300 concepts from 100,000 statements: from the node's own rows to the matrix.

The bare limit is the matrix product alone, on a tensor that is there already; the peer is the published
definition as nested loops (compiled, so that its ratio is not Python's), which the tests use as their oracle
in plain Python. Every variant returns the same network; the bench checks it before it measures.
"""

from __future__ import annotations

import time
from datetime import date
from types import SimpleNamespace

import numba
import numpy as np
from sqlalchemy import create_engine, insert

from bench.harness import Case, Variant, scratch
from comity.perspectives.networks.affiliations import affiliations
from comity.perspectives.networks.load import read
from comity.perspectives.networks.network import Choice, over_time
from comity.perspectives.networks.onemode import congruence
from comity.perspectives.networks.tables import AFFILIATIONS, pack

STATEMENTS, ACTORS, CONCEPTS = 100_000, 1_000, 300
DAYS = (730_120, 739_251)
WORKS = 5_000
SMALL = (20_000, 300, 100)


@numba.njit(cache=False)
def nested_loops(table):
    """Congruence by average, as the definition is written: actors, actors, concepts, levels, levels."""
    actors, concepts, levels = table.shape
    found = np.zeros((actors, actors))
    for one in range(actors):
        for other in range(actors):
            if one == other:
                continue
            value = said = 0.0
            for concept in range(concepts):
                for k in range(levels):
                    said += table[one, concept, k] + table[other, concept, k]
                    for l in range(levels):  # noqa: E741 - the letter of the definition
                        if k == l:
                            value += table[one, concept, k] * table[other, concept, l]
            if said:
                found[one, other] = value / (said / 2)
    return found


def timed(work):
    """Milliseconds that `work` takes."""

    def run():
        start = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - start)

    return run


def processor(work):
    """Milliseconds of processor time: what a machine that does nothing else would take, with one thread."""

    def run():
        start = time.process_time()
        work()
        return 1000 * (time.process_time() - start)

    return run


def drawn(statements, actors, concepts):
    rng = np.random.default_rng(1)
    return (
        rng.integers(0, actors, statements),
        rng.integers(0, concepts, statements),
        rng.integers(0, 2, statements),
    )


def filled(folder, actor, concept, agrees):
    """A views database on disk that holds these statements as the projector writes them."""
    engine = create_engine(f"sqlite:///{folder / 'views.sqlite'}")
    AFFILIATIONS.table.create(engine)
    rng = np.random.default_rng(2)
    days, works = rng.integers(*DAYS, len(actor)), rng.integers(0, WORKS, len(actor))
    header = SimpleNamespace(claimed=1_700_000_000_000, class_="record")
    rows = []
    for i in range(len(actor)):
        fields = {
            "slug": f"statement-{i}",
            "holder": f"holder-{actor[i]}",
            "proposition": f"proposition-{concept[i]}",
            "source": f"work-{works[i]}",
            "cite": {"work": f"work-{works[i]}"},
            "stance": 2 if agrees[i] else -2,
            "date": date.fromordinal(int(days[i])).isoformat(),
        }
        packed = pack(fields, "aa/hq", i, header)
        rows.append({"origin": "aa/hq", "id": f"{i:024}", "index": i, "packed": packed})
    with engine.begin() as db:
        db.execute(insert(AFFILIATIONS.table), rows)
    return engine


def cases():
    yield from_store()
    yield small()


def from_store():
    columns = drawn(STATEMENTS, ACTORS, CONCEPTS)
    holders = [f"holder-{i}" for i in range(ACTORS)]
    propositions = [f"proposition-{i}" for i in range(CONCEPTS)]
    folder = scratch()
    engine = filled(folder.__enter__(), *columns)

    def end_to_end(choice):
        with engine.connect() as db:
            return over_time(read(db, holders, propositions, {}), choice).windows[0].matrix

    def arrays():
        return congruence(*columns, norm="average", shape=(ACTORS, CONCEPTS))

    tensor = affiliations(*columns, shape=(ACTORS, CONCEPTS))
    flat = tensor.counts.transpose(1, 0, 2).reshape(ACTORS, -1)
    narrow = flat.astype("f4")
    table = np.ascontiguousarray(tensor.counts.transpose(1, 2, 0))
    everything = Choice(duplicates="all")
    expected = nested_loops(table)
    assert np.abs(arrays() - expected).max() <= 1e-9
    # From the store, holders are numbered by name: what the ties are is compared, whosever they are.
    assert np.abs(np.sort(end_to_end(everything), axis=None) - np.sort(expected, axis=None)).max() <= 1e-9

    def close():
        engine.dispose()
        folder.__exit__(None, None, None)

    end = "own rows to network, end to end"
    return Case(
        title=f"congruence by average, {STATEMENTS:,} statements, {ACTORS:,} x {CONCEPTS}",
        unit="ms",
        less_is_better=True,
        close=close,
        variants=[
            Variant("bare matrix product, double precision", timed(lambda: flat @ flat.T)),
            Variant("the same, single precision", timed(lambda: narrow @ narrow.T)),
            Variant("arrays to network", timed(arrays)),
            Variant(end, timed(lambda: end_to_end(everything)), 100, aim_is_ratio=False),
            Variant(
                "the same, processor time", processor(lambda: end_to_end(everything)), 100, aim_is_ratio=False
            ),
            Variant(
                "the same, once per document", timed(lambda: end_to_end(Choice())), 100, aim_is_ratio=False
            ),
            Variant(
                "once per document, processor time",
                processor(lambda: end_to_end(Choice())),
                100,
                aim_is_ratio=False,
            ),
            Variant("nested loops, compiled", timed(lambda: nested_loops(table))),
        ],
    )


def small():
    statements, actors, concepts = SMALL
    columns = drawn(*SMALL)
    table = np.ascontiguousarray(affiliations(*columns, shape=(actors, concepts)).counts.transpose(1, 2, 0))

    def arrays():
        return congruence(*columns, norm="average", shape=(actors, concepts))

    return Case(
        title=f"the same, {statements:,} statements, {actors} x {concepts}, arrays to network",
        unit="ms",
        less_is_better=True,
        variants=[
            Variant("nested loops, compiled", timed(lambda: nested_loops(table))),
            Variant("arrays to network", timed(arrays), 0.02),
        ],
    )
