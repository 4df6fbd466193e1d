"""Web Annotations (W3C Web Annotation Data Model, 2017) of coded passages, in JSON-LD.

An annotation has the paraphrase as a describing body and every other field as a tag `name: value`. Its
target has two selectors for one passage (4.2.9): a text position in code points (4.2.5) and, where the
passage is at hand, a text quote with what stands before and after it (4.2.4).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.interchange.model import Coded, InterchangeError, Problem, Read, guid

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CONTEXT: Final = "http://www.w3.org/ns/anno.jsonld"
WORK: Final = "urn:comity:work:"
AROUND: Final = 32
_LISTS: Final = ("reported_by",)
KEPT: Final = "keeps_words"
"""The tag of a statement that keeps the words of its passage."""


def write(coded: Sequence[Coded], texts: Mapping[str, str]) -> bytes:
    """Return an annotation collection with one page (section 5.1 and 5.2 of the model)."""
    items = [annotation(item, texts.get(item.work)) for item in coded]
    collection = f"urn:uuid:{guid('collection', *(item['id'] for item in items))}"
    page = {"id": f"{collection}#1", "type": "AnnotationPage", "startIndex": 0, "items": items}
    data = {
        "@context": CONTEXT,
        "id": collection,
        "type": "AnnotationCollection",
        "label": "Comity",
        "total": len(items),
        "first": page,
    }
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def annotation(item: Coded, text: str | None) -> dict[str, Any]:
    """Return one annotation, complete in itself."""
    position = {"type": "TextPositionSelector", "start": item.start, "end": item.end}
    selectors: list[dict[str, Any]] = [position]
    if item.quote:
        quote = {"type": "TextQuoteSelector", "exact": item.quote}
        if item.kept:
            quote |= {
                name: value for name, value in (("prefix", item.prefix), ("suffix", item.suffix)) if value
            }
        elif text is not None:
            quote["prefix"] = text[max(0, item.start - AROUND) : item.start]
            quote["suffix"] = text[item.end : item.end + AROUND]
        selectors.append(quote)
    return {
        "@context": CONTEXT,
        "id": f"urn:uuid:{guid('annotation', item.name, item.coder)}",
        "type": "Annotation",
        "motivation": "classifying",
        "creator": {"type": "Person", "name": item.coder},
        "body": _bodies(item),
        "target": {"type": "SpecificResource", "source": WORK + item.work, "selector": selectors},
    }


def _bodies(item: Coded) -> list[dict[str, Any]]:
    words = item.fields.get("paraphrase", {})
    bodies: list[dict[str, Any]] = [
        {
            "type": "TextualBody",
            "purpose": "describing",
            "format": "text/plain",
            "language": lang,
            "value": words[lang],
        }
        for lang in sorted(words)
    ]
    tags = {"code": " / ".join(item.code), **item.fields} | ({KEPT: "yes"} if item.kept else {})
    for name in sorted(tags.keys() - {"paraphrase"}):
        values = tags[name] if name in _LISTS else [tags[name]]
        bodies += [
            {"type": "TextualBody", "purpose": "tagging", "value": f"{name}: {_told(value)}"}
            for value in values
        ]
    return bodies


def _told(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def read(data: bytes) -> Read:
    """Read annotations: one, a list, a page, or a collection with its pages inside.

    Raises:
        InterchangeError: it is no JSON, or no annotation stands in it.
    """
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InterchangeError(f"not JSON: {error}") from error
    items = list(_annotations(found))
    if not items:
        raise InterchangeError("no annotation stands in this file")
    coded: list[Coded] = []
    problems: list[Problem] = []
    for number, item in enumerate(items, 1):
        outcome = _read_one(item)
        if isinstance(outcome, Coded):
            coded.append(outcome)
        else:
            problems.append(Problem(str(item.get("id") or f"annotation {number}"), outcome))
    return Read(tuple(coded), tuple(problems))


def _annotations(found: Any, depth: int = 0) -> list[dict[str, Any]]:
    if isinstance(found, list):
        return [item for part in found for item in _annotations(part, depth + 1)] if depth < 4 else []  # noqa: PLR2004 - collection, page, items, annotation
    if not isinstance(found, dict):
        return []
    types = _listed(found.get("type"))
    if "Annotation" in types:
        return [found]
    if "AnnotationCollection" in types:
        return _annotations(found.get("first"), depth + 1)
    return _annotations(found.get("items"), depth + 1) if "AnnotationPage" in types else []


def _read_one(item: dict[str, Any]) -> Coded | str:
    targets = [target for target in _listed(item.get("target")) if isinstance(target, dict)]
    if len(targets) != 1 or not isinstance(targets[0].get("source"), str):
        return "it has not exactly one target with a source"
    selectors = [one for one in _listed(targets[0].get("selector")) if isinstance(one, dict)]
    position = next((one for one in selectors if one.get("type") == "TextPositionSelector"), {})
    quote = next((one for one in selectors if one.get("type") == "TextQuoteSelector"), {})
    start, end = position.get("start", 0), position.get("end", 0)
    if not (type(start) is int and type(end) is int and 0 <= start <= end):
        return "its text position is no pair of whole numbers in order"
    exact, prefix, suffix = (quote.get(name, "") for name in ("exact", "prefix", "suffix"))
    if not all(isinstance(part, str) for part in (exact, prefix, suffix)):
        return "its text quote is no text"
    if not (exact or end > start):
        return "it has neither a text position nor a text quote"
    fields = _fields(item)
    code = tuple(part for part in str(fields.pop("code", "")).split(" / ") if part)
    kept = fields.pop(KEPT, "") == "yes"
    return Coded(
        name=str(fields.get("slug", "")),
        work=targets[0]["source"].removeprefix(WORK),
        start=start,
        end=end,
        quote=exact,
        code=code,
        coder=_name(item.get("creator")),
        fields=fields,
        prefix=prefix,
        suffix=suffix,
        kept=kept,
    )


def _fields(item: dict[str, Any]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for body in _listed(item.get("body")):
        if not isinstance(body, dict) or not isinstance(body.get("value"), str):
            continue
        if body.get("purpose") == "describing":
            fields.setdefault("paraphrase", {})[str(body.get("language", "en"))] = body["value"]
        elif body.get("purpose") == "tagging":
            name, _, value = body["value"].partition(": ")
            if name in _LISTS:
                fields.setdefault(name, []).append(value)
            elif value:
                fields[name] = _value(value)
    return fields


def _value(text: str) -> Any:
    """Return structures and whole numbers as they were; everything else is text."""
    if text[:1] in "{[" or text.lstrip("-").isdigit():
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _name(creator: Any) -> str:
    first = _listed(creator)[0] if _listed(creator) else ""
    return str(first.get("name", "")) if isinstance(first, dict) else str(first)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
