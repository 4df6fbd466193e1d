"""What a comparison needs before anything is coded, as drafts of records made from what a form says.

Propositions, perspectives with their holders (a new version of the rule), and a codebook that fixes which
comparisons will be tested; claims, and evidence on them, without any grade. What stands unchanged is carried
over from the version in force. Nothing here says what a source holds: that is coding.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.perspectives.documents import OWN, RETENTION
from comity.perspectives.entries import Claim, Codebook, Evidence, Proposition, Rule, Work
from comity.perspectives.passage_coding import work_fields
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from comity.perspectives.queries import CodebookView, RuleView

Draft = dict[str, Any]
Fault = Literal["empty", "unknown", "taken", "english", "nothing", "many"]

EVERYBODY: Final = "TLP:CLEAR"
MARKINGS: Final = (OWN, EVERYBODY)
BASIS: Final = "written on the console"
LANGUAGES: Final = ("vi", "lo", "en")
NEW: Final = "new"
"""The choice of a perspective that is not there yet."""
LONGEST: Final = 60
"""Characters of a name made from a text."""
MOST_PAIRS: Final = 2000
"""Comparisons that a codebook may fix."""
BOOK: Final = "comparison"
"""What a first codebook is called."""
_WORD: Final = re.compile(r"[a-z0-9]+")
_LETTERS: Final = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "ø": "o", "ł": "l"})


class PreparingError(ComityError):
    """A form does not say all that a record needs.

    Attributes:
        field: Name of the field.
        fault: What is wrong with it.
    """

    code = "preparing"
    advice = "Fill in what is named; nothing was recorded."

    def __init__(self, field: str, fault: Fault) -> None:
        said = {
            "empty": "is empty",
            "unknown": "is not on record",
            "taken": "is on record already",
            "english": "is not given in English",
            "nothing": "names nothing",
            "many": "is more than a codebook can fix",
        }
        super().__init__(f"{field} {said[fault]}")
        self.field, self.fault = field, fault


def work(given: Mapping[str, str], known: Collection[str]) -> list[Draft]:
    """Return the draft of a work that nobody described yet: of a document held, or of its title.

    Args:
        given: the fields of a work; `slug`, the work that a document held is of.
        known: Slugs of the works on record.

    Raises:
        PreparingError: it is on record already, or has no name.
        PassageCodingError: a field is empty, or the year is no number.
    """
    slug = given.get("slug", "").strip() or slug_of(given.get("title", ""))
    if not slug or slug in known:
        raise PreparingError("title", "taken" if slug else "english")
    return [_draft(Work.kind, given, work_fields(given, slug))]


def proposition(given: Mapping[str, str], known: Collection[str]) -> list[Draft]:
    """Return the draft of a proposition.

    Args:
        given: `text_en` and the other languages, `issue`, `section`.
        known: Slugs of the propositions on record.

    Raises:
        PreparingError: a text or the issue is empty, or the proposition is on record.
    """
    text = text_of(given, "text")
    fields = {
        "slug": _fresh(text["en"], known, "text"),
        "text": text,
        "issue": _named(given, "issue"),
        "authors_section": given.get("section", "").strip()[:40],
    }
    return [_draft(Proposition.kind, given, fields)]


def holder(given: Mapping[str, str], rule: RuleView | None, book: CodebookView | None) -> list[Draft]:
    """Return the draft of a rule that names one holder more, and of the codebook that goes with it.

    Args:
        given: `name_en` and the other languages, `group` (a perspective, or `NEW` with `group_en` and
            `voice`), `level`.
        rule: The rule in force.
        book: The codebook in force.

    Raises:
        PreparingError: a field is empty, or the holder is named already.
    """
    before = rule.report.fields if rule else {"groups": [], "holders": []}
    names, groups = text_of(given, "name"), list(before["groups"])
    placed = given.get("group", "").strip()
    if placed == NEW:
        labels = text_of(given, "group")
        placed = _fresh(labels["en"], {one["name"] for one in groups}, "group")
        voice = "official" if given.get("voice") == "official" else "open"
        groups.append({"name": placed, "labels": labels, "voice": voice})
    if placed not in {one["name"] for one in groups}:
        raise PreparingError("group", "unknown" if placed else "empty")
    slug = _fresh(names["en"], {one["holder"] for one in before["holders"]}, "name")
    level = given.get("level", "").strip()
    added = {"holder": slug, "names": names, "group": placed, **({"level": level} if level else {})}
    number = rule.version + 1 if rule else 1
    fields = {"version": number, "groups": groups, "holders": [*before["holders"], added]}
    drafts = [_draft(Rule.kind, given, fields)]
    if book is not None:
        kept = {**book.report.fields, "version": book.version + 1, "rule": number}
        drafts.append(_draft(Codebook.kind, given, kept))
    return drafts


def codebook(
    given: Mapping[str, str], rule: RuleView | None, book: CodebookView | None, known: Collection[str]
) -> list[Draft]:
    """Return the draft of a codebook that fixes every comparison of two perspectives on what is chosen.

    Args:
        given: `proposition`, slugs on lines; `frames`, one a line as `English | Vietnamese | Lao`.
        rule: The rule in force.
        book: The codebook in force; its thresholds, corpora, organs, rubric and issues are carried over.
        known: Slugs of the propositions on record.

    Raises:
        PreparingError: nothing is chosen, there are no two perspectives, or too much would be fixed.
    """
    if rule is None or len(rule.labels) < 2:  # noqa: PLR2004 - two are compared
        raise PreparingError("group", "nothing")
    chosen = [slug for slug in given.get("proposition", "").split("\n") if slug in known]
    if not chosen:
        raise PreparingError("proposition", "nothing")
    pairs = list(combinations(sorted(rule.labels), 2))
    if len(chosen) * len(pairs) > MOST_PAIRS:
        raise PreparingError("proposition", "many")
    before: Mapping[str, Any] = book.report.fields if book else {"slug": BOOK}
    fields = {
        **before,
        "version": book.version + 1 if book else 1,
        "rule": rule.version,
        "propositions": chosen,
        "frames": _frames(given.get("frames", ""), before.get("frames", [])),
        "family": [
            {"proposition": slug, "one": one, "other": other} for slug in chosen for one, other in pairs
        ],
    }
    return [_draft(Codebook.kind, given, fields)]


def claim(
    given: Mapping[str, str],
    known: Collection[str],
    *,
    holders: Collection[str],
    works: Collection[str],
    propositions: Collection[str] = (),
) -> list[Draft]:
    """Return the draft of a claim, without a grade.

    Args:
        given: `text_en` and the other languages, `holder`, `work`, `section`, `critic`, `proposition`,
            `date`.
        known: Slugs of the claims on record.
        holders: Slugs of the holders that the rule names.
        works: Slugs of the works on record.
        propositions: Slugs of the propositions on record.

    Raises:
        PreparingError: a field is empty, or names what is not on record.
    """
    text = text_of(given, "text")
    fields = {
        "slug": _fresh(text["en"], known, "text"),
        "claimant": _one_of(given, "holder", holders),
        "claims": text,
        "cite": _cite(given, works),
    }
    for name, of in (("critic", holders), ("proposition", propositions)):
        if given.get(name, "").strip():
            fields[name] = _one_of(given, name, of)
    return [_draft(Claim.kind, given, fields | _date(given))]


def evidence(
    given: Mapping[str, str],
    known: Collection[str],
    *,
    claims: Mapping[str, bool],
    works: Collection[str],
) -> list[Draft]:
    """Return the draft of an item of evidence, without a grade; it is fictional where its claim is.

    Args:
        given: `claim`, `text_en` and the other languages, `work` that was read, `first` that observed it,
            `section`, `date`.
        known: Slugs of the evidence on record.
        claims: Whether each claim on record is fictional, by slug.
        works: Slugs of the works on record.

    Raises:
        PreparingError: a field is empty, or names what is not on record.
    """
    text = text_of(given, "text")
    on = _one_of(given, "claim", claims)
    cite = _cite(given, works)
    first = _one_of(given, "first", works) if given.get("first", "").strip() else cite["work"]
    fields = {
        "slug": _fresh(text["en"], known, "text"),
        "claim": on,
        "works": list(dict.fromkeys([first, cite["work"]])),
        "shows": text,
        "cite": cite,
        **_date(given),
    }
    return [_draft(Evidence.kind, {**given, "exercise": "1" if claims[on] else ""}, fields)]


def text_of(given: Mapping[str, str], name: str) -> dict[str, str]:
    """Return a text by language, English first.

    Raises:
        PreparingError: it is empty, or not given in English.
    """
    found = {code: words for code in LANGUAGES if (words := given.get(f"{name}_{code}", "").strip())}
    if "en" not in found:
        raise PreparingError(name, "english" if found else "empty")
    return found


def slug_of(text: str) -> str:
    """Return a name made from a text: its words in plain small letters, joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
    slug = ""
    for word in _WORD.findall(plain.lower()):
        if len(longer := f"{slug}-{word}" if slug else word[:LONGEST]) > LONGEST:
            break
        slug = longer
    return slug


# --- inside ---


def _fresh(text: str, known: Collection[str], field: str) -> str:
    slug = slug_of(text)
    if not slug:
        raise PreparingError(field, "english")
    if slug in known:
        raise PreparingError(field, "taken")
    return slug


def _named(given: Mapping[str, str], name: str) -> str:
    slug = slug_of(given.get(name, ""))
    if not slug:
        raise PreparingError(name, "empty")
    return slug


def _one_of(given: Mapping[str, str], name: str, known: Collection[str]) -> str:
    value = given.get(name, "").strip()
    if value not in known:
        raise PreparingError(name, "unknown" if value else "empty")
    return value


def _cite(given: Mapping[str, str], works: Collection[str]) -> dict[str, str]:
    section = given.get("section", "").strip()
    return {"work": _one_of(given, "work", works), **({"section": section} if section else {})}


def _date(given: Mapping[str, str]) -> dict[str, str]:
    date = given.get("date", "").strip()
    return {"date": date} if date else {}


def _frames(text: str, before: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the frames on lines; one that was there keeps its name and its labels."""
    kept = {one["labels"]["en"]: dict(one) for one in before}
    frames: dict[str, dict[str, Any]] = {}
    for line in text.split("\n"):
        words = [part.strip() for part in line.split("|")]
        if not words[0]:
            continue
        labels = {code: said for code, said in zip(("en", "vi", "lo"), words, strict=False) if said}
        frame = kept.get(words[0]) or {"slug": _named({"frames": words[0]}, "frames"), "labels": labels}
        frames[frame["slug"]] = {**frame, "labels": {**frame["labels"], **labels}}
    return list(frames.values())


def _draft(kind: str, given: Mapping[str, str], fields: dict[str, Any]) -> Draft:
    author = given.get("author", "").strip()
    if not author:
        raise PreparingError("author", "empty")
    marking = given.get("marking", "").strip() or OWN
    if marking not in MARKINGS:
        raise PreparingError("marking", "unknown")
    return {
        "kind": kind,
        "fields": fields,
        "author": author[:64],
        "marking": marking,
        "basis": BASIS,
        "retention": RETENTION,
        "class": "exercise" if given.get("exercise") else "record",
    }
