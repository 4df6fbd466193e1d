"""Citations rendered in every style from known works come back as the same multiset."""

from __future__ import annotations

from collections import Counter

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from comity.perspectives.citations import audit
from tests.perspectives.citations.rendering import STYLES, WORKS, cited_names, listed

PHASES = (
    Phase.explicit,
    Phase.reuse,
    Phase.generate,
)  # making a paper smaller takes minutes and tells little
FRIENDS = (
    "Spending stood at 2.36% of output in 2018.",
    "The register is complete (as of 2025).",
    "Two programmes began (both in 1986).",
    "Membership followed (Northland in 1995, Southland in 1997).",
    "The campaign (1969\u20131970) ended the matter.",
    "The reform of the upper valley (1954) came late.",
    "A plan for 2025-2029 was signed (planned for Q1-2025).",
    "On 30 October 1949 the committee met.",
    "The dam (built 1931; raised 1964) still stands.",
    "It was signed (March 2016) and came into force (Table 2020).",
    "The summit (Geneva Conference 1954) decided nothing.",
)
pages = st.sampled_from(("", "12", "12-14", "7, 9"))
citation = st.tuples(st.sampled_from(WORKS), pages, st.sampled_from(("and", "&")))
form = st.sampled_from(("colon", "comma-p", "comma-year"))
shape = st.sampled_from(("round", "square", "told", "possessive", "see", "nested", "apart"))
sentence = st.tuples(shape, form, st.lists(citation, min_size=1, max_size=4))


def written(book, where, joint, how):
    """Return a citation as it stands in a bracket."""
    gap = ", " if how != "colon" else " "
    tail = "" if not where else f": {where}" if how != "comma-p" else f", pp. {where}"
    return f"{cited_names(book, joint)}{gap}{book.year}{tail}"


def spoken(kind, how, items):
    """Return a sentence with citations, and the keys it cites."""
    keys = Counter(book.key for book, _, _ in items)
    whole = "; ".join(written(*item, how) for item in items)
    book, where, _ = items[0]
    tail = f": {where}" if where else ""
    first = Counter([book.key])
    forms = {
        "told": (f"As {cited_names(book)} ({book.year}{tail}) argue, water rises.", first),
        "possessive": (f"This follows {cited_names(book)}\u2019s ({book.year}{tail}) account of it.", first),
        "see": (f"Water rises (see also {whole}).", keys),
        "square": (f"Water rises [{whole}].", keys),
        "nested": (f"Some measures fail (e.g., the small budget [{whole}]) and some do not.", keys),
        "apart": (" ".join(f"Water rises ({written(*item, how)})." for item in items), keys),
        "round": (f"Water rises ({whole}).", keys),
    }
    return forms[kind]


@settings(max_examples=60, deadline=None, phases=PHASES)
@given(
    st.sampled_from(STYLES),
    st.lists(sentence, min_size=1, max_size=6),
    st.lists(st.sampled_from(FRIENDS), max_size=6),
    st.integers(0, 2**32),
    st.sampled_from((0, 40, 72)),
)
def test_what_is_written_is_read(style, sentences, friends, seed, width):
    texts, expected = [], Counter()
    for kind, how, items in sentences:
        said, keys = spoken(kind, how, items)
        texts.append(said)
        expected += keys
    texts += friends
    texts = [texts[(at * 7 + seed) % len(texts)] for at in range(len(texts))] if len(texts) % 7 else texts
    body = " ".join(texts)
    if width:
        body = _wrapped(body, width)
    references = "\n\n".join(listed(book, style) for book in WORKS)
    found = audit(f"# A paper\n\n## 1. Water\n\n{body}\n\n## References\n\n{references}\n")
    assert len(found.keys) == len(WORKS)  # in the order of the list, whatever a style makes of second authors
    named = dict(zip(found.keys, (book.key for book in WORKS), strict=True))
    assert Counter(named[item.key] for item in found.instances) == expected
    assert found.dangling == []


@settings(max_examples=30, deadline=None, phases=PHASES)
@given(st.lists(sentence, min_size=1, max_size=5), st.lists(st.sampled_from(FRIENDS), max_size=6))
def test_without_a_list_every_citation_dangles_and_nothing_else_does(sentences, friends):
    """A short name, a place and a lone year are the hard ones: what no list answers has to read as a citation."""
    texts, expected = [], Counter()
    for kind, how, items in sentences:
        said, keys = spoken(kind, how, items)
        texts.append(said)
        expected += keys
    found = audit(" ".join([*texts, *friends]))
    assert len(found.instances) == expected.total()
    assert all(not item.resolved for item in found.instances)


def test_the_same_author_in_two_orders_is_one_key():
    text = (
        "One (Mai Pham 2016) and another (Pham Mai 2016), and a third (Mai 2016).\n\n"
        "## References\n\nPham Mai. 2016. Villages that moved. Upland Press.\n"
    )
    assert [item.key for item in audit(text).instances] == ["pham-mai-2016"] * 3


def _wrapped(text, width):
    lines, line = [], ""
    for word in text.split(" "):
        if len(line) + len(word) > width:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return "\n".join([*lines, line])
