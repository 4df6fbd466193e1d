"""The grammar of `$filter` and `$orderby` (OGC 18-088 section 9.3.3.5; OData 4.0 part 2, section 5.1.1).

A recursive descent, one function a level of precedence:

    or      := and ("or" and)*
    and     := not ("and" not)*
    not     := "not" not | compare
    compare := sum (("eq"|"ne"|"gt"|"ge"|"lt"|"le") sum)?
    sum     := product (("add"|"sub") product)*
    product := unary (("mul"|"div"|"mod") unary)*
    unary   := "-" unary | primary
    primary := literal | name "(" [or ("," or)*] ")" | path | "(" or ")"

What comes out is a tree of plain values; nothing of the text reaches SQL.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from typing import Literal as OneOf

from comity.border.sensors.errors import SensorRequestError
from comity.border.sensors.times import read_duration, read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Container

MOST_CHARS: Final = 8_000
MOST_DEPTH: Final = 60

Kind = OneOf["number", "text", "time", "duration", "bool", "null", "shape"]


@dataclass(frozen=True, slots=True)
class Value:
    """A literal: a number, text, microseconds, a truth, nothing, or the WKT of a shape."""

    kind: Kind
    value: float | str | bool | None


@dataclass(frozen=True, slots=True)
class Path:
    """A property, by way of relations: `Datastream/Thing/name`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    name: str
    given: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Apply:
    """An operator with its operands: one for `not` and `-`, else two."""

    operator: str
    given: tuple[Node, ...]


Node = Value | Path | Call | Apply

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<shape>(?:geography|geometry)'(?:[^']|'')*')
    | (?P<duration>duration'[^']*')
    | (?P<text>'(?:[^']|'')*')
    | (?P<time>[+-]?\d{4,6}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)
    | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>@?[A-Za-z_][\w.@-]*(?:/@?[A-Za-z_][\w.@-]*)*)
    | (?P<sign>[(),-])
    )""",
    re.VERBOSE,
)
_LEVELS: Final = (("or",), ("and",))
_COMPARE: Final = frozenset({"eq", "ne", "gt", "ge", "lt", "le"})
_SUMS: Final = (frozenset({"add", "sub"}), frozenset({"mul", "div", "mod"}))


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the text, with its place for messages."""

    kind: str
    text: str
    at: int


def parse_filter(text: str) -> Node:
    """Return the tree of a filter.

    Raises:
        SensorRequestError: it is none; the message says where.
    """
    reader = _Reader(text)
    found = reader.logical(0)
    reader.expect_end()
    return found


def parse_order(text: str) -> list[tuple[Node, bool]]:
    """Return what to order by, each with whether it falls.

    Raises:
        SensorRequestError: it is no list of expressions, each with `asc` or `desc` or nothing.
    """
    reader = _Reader(text)
    found: list[tuple[Node, bool]] = []
    while True:
        node = reader.arithmetic(0)
        falls = reader.take_word({"asc", "desc"}) == "desc"
        found.append((node, falls))
        if not reader.take_sign(","):
            reader.expect_end()
            return found


class _Reader:
    """Goes once through the tokens of a text."""

    def __init__(self, text: str) -> None:
        if len(text) > MOST_CHARS:
            raise SensorRequestError(f"a filter of {len(text)} signs: at most {MOST_CHARS}")
        self._tokens = _tokens(text)
        self._next = 0
        self._depth = 0

    def logical(self, level: int) -> Node:
        """`or` at level 0, `and` at level 1, `not` below."""
        if level == len(_LEVELS):
            return self._not()
        found = self.logical(level + 1)
        while (word := self.take_word(_LEVELS[level])) is not None:
            found = Apply(word, (found, self.logical(level + 1)))
        return found

    def _not(self) -> Node:
        ahead = self._tokens[self._next]
        if ahead.text.lower() == "not" and ahead.kind == "name":
            self._next += 1
            with_depth = self._deeper(self._not)
            return Apply("not", (with_depth,))
        return self._compare()

    def _compare(self) -> Node:
        found = self.arithmetic(0)
        word = self.take_word(_COMPARE)
        return found if word is None else Apply(word, (found, self.arithmetic(0)))

    def arithmetic(self, level: int) -> Node:
        """Sums at level 0, products at level 1, a sign below."""
        if level == len(_SUMS):
            return self._unary()
        found = self.arithmetic(level + 1)
        while (word := self.take_word(_SUMS[level])) is not None:
            found = Apply(word, (found, self.arithmetic(level + 1)))
        return found

    def _unary(self) -> Node:
        if self.take_sign("-"):
            return Apply("-", (self._deeper(self._unary),))
        return self._primary()

    def _primary(self) -> Node:
        token = self._tokens[self._next]
        self._next += 1
        if token.text == "(":
            found = self._deeper(lambda: self.logical(0))
            self._expect(")")
            return found
        if token.kind == "name":
            return self._named(token)
        if token.kind in ("sign", "end"):
            raise _at(token, "a value is missing")
        return _literal(token)

    def _named(self, token: Token) -> Node:
        if token.text in ("true", "false"):
            return Value("bool", token.text == "true")
        if token.text == "null":
            return Value("null", None)
        if not self.take_sign("("):
            return Path(tuple(token.text.split("/")))
        given: list[Node] = []
        if not self.take_sign(")"):
            given.append(self._deeper(lambda: self.logical(0)))
            while self.take_sign(","):
                given.append(self._deeper(lambda: self.logical(0)))
            self._expect(")")
        return Call(token.text.lower(), tuple(given))

    def _deeper(self, work: Callable[[], Node]) -> Node:
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise SensorRequestError(f"a filter nested deeper than {MOST_DEPTH}")
        found = work()
        self._depth -= 1
        return found

    def take_word(self, words: Container[str]) -> str | None:
        """Take one of some words if it stands next."""
        token = self._tokens[self._next]
        if token.kind == "name" and token.text in words:
            self._next += 1
            return token.text
        return None

    def take_sign(self, sign: str) -> bool:
        """Take a sign if it stands next."""
        token = self._tokens[self._next]
        if token.kind == "sign" and token.text == sign:
            self._next += 1
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self.take_sign(sign):
            raise _at(self._tokens[self._next], f"{sign} is missing")

    def expect_end(self) -> None:
        """Refuse what stands behind the end."""
        if self._tokens[self._next].kind != "end":
            raise _at(self._tokens[self._next], "nothing is expected here")


def _tokens(text: str) -> list[Token]:
    found, at = list[Token](), 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise SensorRequestError(f"filter, at {at}: {text[at : at + 30].strip()!a} cannot be read")
        found.append(Token(match.lastgroup, match[match.lastgroup], match.start(match.lastgroup)))
        at = match.end()
    return [*found, Token("end", "", len(text))]


def _literal(token: Token) -> Value:
    text = token.text
    try:
        match token.kind:
            case "text":
                return Value("text", text[1:-1].replace("''", "'"))
            case "shape":
                return Value("shape", text.partition("'")[2][:-1].replace("''", "'"))
            case "duration":
                return Value("duration", read_duration(text.partition("'")[2][:-1]))
            case "time":
                return Value("time", read_instant(text if "T" in text else f"{text}T00:00:00Z"))
            case _:
                number = float(text)
                whole = text.isdigit() and number < 2**63
                return Value("number", int(text) if whole else number)
    except ValueError as error:
        raise _at(token, str(error)) from error


def _at(token: Token, why: str) -> SensorRequestError:
    return SensorRequestError(f"filter, at {token.at} ({token.text[:30]!a}): {why}")
