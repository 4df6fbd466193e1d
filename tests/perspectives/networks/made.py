"""Records made for the tests of networks."""

from __future__ import annotations

from comity.perspectives.entries import Statement, Work


def work(slug, year=2024):
    return Work.model_validate(
        {
            "slug": slug,
            "title": f"Work {slug}",
            "authors": ["A. Author"],
            "year": year,
            "kind": "article",
            "origin_party": "aa",
            "origin_cluster": slug,
        }
    )


def statement(slug, holder, stance, *, proposition="river", source="the-paper", **changed):
    plain = {
        "slug": slug,
        "proposition": proposition,
        "holder": holder,
        "reported_by": [source],
        "source": source,
        "author": "A. Author",
        "coder": "example editor",
        "stance": stance,
        "frame": "solidarity",
        "modality": "asserts",
        "paraphrase": {"en": "It says so."},
        "cite": {"work": source, "section": "5.1"},
    }
    return Statement.model_validate({**plain, **changed})
