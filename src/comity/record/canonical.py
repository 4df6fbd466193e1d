r"""Canonical JSON: the subset of JCS (RFC 8785) that signed bytes are written in.

Strings (NFC), integers below 2^53, booleans, lists and objects with keys `[a-z0-9_]+`; no null, no
floating point. Within this subset there is exactly one byte string for a value, and `decode` accepts
only that one. Every way to fail has an error class of its own. docs/spec/canonical.md is the contract.

    >>> encode({"b": [True, "é"], "a": 1})
    b'{"a":1,"b":[true,"\xc3\xa9"]}'
    >>> decode(_)
    {'a': 1, 'b': [True, 'é']}
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import unicodedata
from typing import Any, NoReturn, TypeAlias

import orjson

from comity.record.canonical_errors import (
    Base64Error,
    CanonicalError,
    DepthError,
    DuplicateKeyError,
    FloatError,
    IntegerRangeError,
    InvalidUtf8Error,
    KeyFormError,
    NormalizationError,
    NotCanonicalError,
    NotJsonError,
    NullError,
    TooLargeError,
    UnsupportedTypeError,
)

__all__ = [
    "ENTRY_LIMIT",
    "MAX_DEPTH",
    "MAX_INTEGER",
    "Base64Error",
    "CanonicalError",
    "DepthError",
    "DuplicateKeyError",
    "FloatError",
    "IntegerRangeError",
    "InvalidUtf8Error",
    "KeyFormError",
    "NormalizationError",
    "NotCanonicalError",
    "NotJsonError",
    "NullError",
    "TooLargeError",
    "UnsupportedTypeError",
    "Value",
    "b64",
    "decode",
    "encode",
    "unb64",
]

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | bool"

ENTRY_LIMIT = 8192
"""Octets an entry may have."""
MAX_INTEGER = 2**53 - 1
"""The largest integer; RFC 7493 section 2.2: beyond it readers of JSON disagree."""
MAX_DEPTH = 32
"""How many lists and objects may stand inside one another."""

_KEY = re.compile(r"[a-z0-9_]+\Z")
_LONGEST_INTEGER = len(f"-{MAX_INTEGER}")


def encode(value: Value, *, limit: int | None = None) -> bytes:
    """Return the one canonical byte string of `value`.

    Args:
        value: dicts, lists, NFC strings, integers |n| < 2^53 and booleans; exactly these types.
        limit: the most octets the result may have, or None for no limit.

    Raises:
        CanonicalError: one subclass for each thing the subset excludes.
    """
    _check(value, "$", MAX_DEPTH)
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    if limit is not None and len(data) > limit:
        raise TooLargeError(f"{len(data)} octets where {limit} are allowed")
    return data


def decode(data: bytes, *, limit: int = ENTRY_LIMIT) -> Value:
    """Return the value that `data` is the canonical byte string of.

    Args:
        data: the octets received.
        limit: the most octets to look at.

    Raises:
        CanonicalError: one subclass for each defect; `NotCanonicalError` if the value is within the
            subset and only the bytes differ (order of keys, white space, escapes).
    """
    if len(data) > limit:
        raise TooLargeError(f"{len(data)} octets where {limit} are allowed")
    try:
        value = orjson.loads(data)
        again = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        _diagnose(data)
    if again != data:
        _diagnose(data)
    # The bytes survived the round trip, so no key was doubled and nothing was spelt in a second way:
    # what is left to exclude shows in the value.
    _check(value, "$", MAX_DEPTH)
    return value  # type: ignore[no-any-return]


def _check(value: object, place: str, depth: int) -> None:
    """Raise unless `value` is within the subset; `depth` levels of nesting are left."""
    kind = type(value)
    if kind is str:
        _check_text(value, place)  # type: ignore[arg-type]
    elif kind is int:
        if not -MAX_INTEGER <= value <= MAX_INTEGER:  # type: ignore[operator]
            raise IntegerRangeError(f"{place}: integer beyond 2^53 - 1")
    elif kind is dict or kind is list:
        if depth == 0:
            raise DepthError(f"more than {MAX_DEPTH} levels of nesting")
        _check_children(value, place, depth - 1)  # type: ignore[arg-type]
    elif kind is not bool:
        _refuse_type(value, place)


def _check_children(value: dict[Any, Any] | list[Any], place: str, depth: int) -> None:
    if isinstance(value, list):
        for index, item in enumerate(value):
            _check(item, f"{place}[{index}]", depth)
        return
    for key, item in value.items():
        if type(key) is not str or not _KEY.match(key):
            raise KeyFormError(f"{place}: key {_shown(key)} is not of the form [a-z0-9_]+")
        _check(item, f"{place}.{key}", depth)


def _check_text(text: str, place: str) -> None:
    if text.isascii():
        return
    if not unicodedata.is_normalized("NFC", text):
        raise NormalizationError(f"{place}: text {_shown(text)} is not in Unicode NFC")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InvalidUtf8Error(f"{place}: text {_shown(text)} has a lone surrogate") from None


def _refuse_type(value: object, place: str) -> NoReturn:
    if value is None:
        raise NullError(f"{place}: null")
    if isinstance(value, float):
        raise FloatError(f"{place}: floating point number {value!r}")
    raise UnsupportedTypeError(f"{place}: {type(value).__name__}")


def _shown(value: object) -> str:
    """Show a hostile value in a message: escaped and short."""
    text = ascii(value) if isinstance(value, str) else f"of type {type(value).__name__}"
    return text if len(text) <= 40 else f"{text[:40]}…"  # noqa: PLR2004 - the width of a message


def _diagnose(data: bytes) -> NoReturn:
    """Find the precise reason why `data` was refused, and raise it."""
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise InvalidUtf8Error(f"invalid UTF-8 at octet {error.start}") from None
    _check_brackets(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_unique,
            parse_float=_no_float,
            parse_int=_small_integer,
            parse_constant=_no_constant,
        )
    except json.JSONDecodeError as error:
        raise NotJsonError(f"not JSON: {error.msg} at character {error.pos}") from None
    canonical = encode(value)
    at = next((i for i, (a, b) in enumerate(zip(data, canonical, strict=False)) if a != b), len(canonical))
    raise NotCanonicalError(f"not the canonical bytes of its value: they differ from octet {at} on")


def _check_brackets(text: str) -> None:
    """Count brackets outside strings, so that no parser has to recurse into a hostile depth."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text, re.DOTALL):
        if token[0] in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                raise DepthError(f"more than {MAX_DEPTH} levels of nesting")
        elif token[0] in "]}":
            depth -= 1


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DuplicateKeyError(f"key {_shown(twice)} stands twice in one object")
    return result


def _no_float(text: str) -> NoReturn:
    raise FloatError(f"floating point number {_shown(text)}")


def _no_constant(text: str) -> NoReturn:
    raise NotJsonError(f"not JSON: {text}")


def _small_integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER or abs(int(text)) > MAX_INTEGER:
        raise IntegerRangeError(f"integer {_shown(text)} is beyond 2^53 - 1")
    return int(text)


def b64(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 section 4)."""
    return base64.b64encode(data).decode("ascii")


def unb64(text: str, size: int | None = None) -> bytes:
    """Return the octets of standard base64 with padding; exactly one spelling is accepted.

    Args:
        text: the base64 text; no white space, zero bits after the last octet (RFC 4648 section 3.5).
        size: the number of octets there must be, or None for any.

    Raises:
        Base64Error: the text is not the base64 of any octets, or of another number of them.
    """
    if not isinstance(text, str):
        raise Base64Error(f"base64 text expected, not {type(text).__name__}")
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Base64Error(f"{_shown(text)} is not base64") from None
    if base64.b64encode(data) != text.encode("ascii"):
        raise Base64Error(f"{_shown(text)} is not the one spelling of its base64")
    if size is not None and len(data) != size:
        raise Base64Error(f"{len(data)} octets in base64 where {size} are expected")
    return data
