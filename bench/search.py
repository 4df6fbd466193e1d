"""Search over a million lines in three scripts, against the bare index and against reading every line.

The lines are the public NTREX sentences in Vietnamese, Lao and English, cut at seeded places and joined anew,
so that words are as common as in real text. The first variant of each case is the machine's own limit: the
same condition asked of the bare FTS5 index, without reading the lines, marking the finds, or diacritics.
"""

from __future__ import annotations

import gzip
import os
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness import Case, Variant, scratch
from comity.node.search import ask
from comity.node.search.index import LINES, METADATA, add
from comity.node.search.query import matching, parse
from comity.node.views import Views

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection

SIZE = int(os.environ.get("COMITY_BENCH_LINES", "1000000"))
BATCH = 2000
QUERIES = {
    "rare": ("nhà máy điện hạt nhân", "ນັກວິທະຍາສາດ", "earthquake victims"),
    "common": ("của", "ການ", "the"),
    "mixed": ("chính phủ", "ລັດຖະບານ", "government said", "chinh phu"),
}


def sentences() -> list[tuple[str, str]]:
    """Read the public sentences: language and text."""
    path = (
        Path(os.environ.get("COMITY_SHARED", "../shared")) / "data/text/ntrex128_eng_lao_vie_tha_khm.tsv.gz"
    )
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    places = {name: rows[0].index(name) for name in rows[0]}
    named = {"en": "eng", "lo": "lao", "vi": "vie"}
    column = {
        lang: next(at for name, at in places.items() if name.startswith(code)) for lang, code in named.items()
    }
    return [(lang, row[at]) for row in rows[1:] for lang, at in column.items()]


def lines(size: int) -> Iterator[tuple[str, str, str]]:
    """Yield lines made of halves of sentences of one language."""
    drawn = random.Random(20)
    by_lang: dict[str, list[str]] = {}
    for lang, text in sentences():
        by_lang.setdefault(lang, []).append(text)
    for _ in range(size):
        lang = drawn.choice(("vi", "lo", "en"))
        one, other = drawn.choices(by_lang[lang], k=2)
        yield (
            lang,
            "text",
            one[: drawn.randint(5, len(one))] + " " + other[drawn.randint(0, len(other) // 2) :],
        )


def fill(views: Views, size: int) -> float:
    """Index so many lines; return lines a second."""
    made = lines(size)
    start = time.perf_counter()
    record = {"origin": "aa/one", "id": "aaaa", "kind": "bench.text", "class_": "record"}
    for index in range(size // BATCH):
        with views.writing() as db:
            add(db, {**record, "index": index}, [next(made) for _ in range(BATCH)])
    return size / (time.perf_counter() - start)


def cases() -> Iterable[Case]:
    """Return the cases."""
    with scratch() as folder:
        views = Views(folder / "views.sqlite")
        with views.writing() as db:
            METADATA.create_all(db)
        rate = fill(views, SIZE)
        with views.engine.connect() as db:
            size = (folder / "views.sqlite").stat().st_size
            note = f"{SIZE:,} lines indexed at {rate:,.0f} a second, {size / SIZE:,.0f} bytes each"
            for name, queries in QUERIES.items():
                yield Case(
                    f"search, {name} words: milliseconds a query",
                    "ms",
                    [
                        Variant("bare FTS5, ids alone", lambda queries=queries: bare(db, queries)),
                        Variant(
                            "ask", lambda queries=queries: asked(db, queries), aim=50, aim_is_ratio=False
                        ),
                        Variant("reading every line (LIKE)", lambda queries=queries: read(db, queries[:1])),
                    ],
                    rounds=3,
                    less_is_better=True,
                    notes=[note],
                )


def bare(db: Connection, queries: tuple[str, ...]) -> float:
    """Ask the bare index for ids, newest first."""
    start = time.perf_counter()
    for query in queries:
        match = matching(parse(query), exactly=False)
        db.exec_driver_sql(
            "SELECT rowid FROM search_token WHERE search_token MATCH ? ORDER BY rowid DESC LIMIT 20", (match,)
        ).all()
    return (time.perf_counter() - start) / len(queries) * 1000


def asked(db: Connection, queries: tuple[str, ...]) -> float:
    """Ask as a page does."""
    start = time.perf_counter()
    for query in queries:
        ask(db, query)
    return (time.perf_counter() - start) / len(queries) * 1000


def read(db: Connection, queries: tuple[str, ...]) -> float:
    """Read every line, as a table without an index would."""
    start = time.perf_counter()
    for query in queries:
        db.execute(LINES.select().where(LINES.c.text.contains(query)).limit(20)).all()
    return (time.perf_counter() - start) / len(queries) * 1000
