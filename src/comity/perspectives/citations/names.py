"""Names of authors: people in either order, and bodies; compared by folded words, never by one assumed order.

A Vietnamese or Lao name has no word that can be told to be the family name by its place, so a name that is
printed without a comma keeps all its words, and a shorter form of it is the same author where it fits one
reference only.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from comity.perspectives.citations.vocabulary import words

_AND: Final = r"(?:and|&|và|ແລະ|et(?!\s+al))"
_SPLIT: Final = re.compile(
    rf"(?P<and>,?\s*(?:(?<=\s)|(?<=,)){_AND}\s+)|(?P<comma>,\s*)"
    rf"|(?P<semi>;\s*(?:{_AND}\s+)?)"
)
_ET_AL: Final = re.compile(
    r",?\s*(?:\bet\s+al\b\.?|\band (?:others|colleagues|co-?authors)\b"
    r"|\bvà (?:cộng sự|nnk)\b\.?|\bet\s+alii\b)",
    re.IGNORECASE,
)
_EDITORS: Final = re.compile(
    r"\s*[(\[]?\b(?:eds?|editors?|trans|compilers?|comps?|chủ biên|biên soạn)\b\.?[)\]]?[,.]?\s*$",
    re.IGNORECASE,
)
_INITIALS: Final = re.compile(r"(?:[^\W\d_]\.[\s-]?){1,4}$|[A-Z]{1,3}$")
_LEADING: Final = re.compile(r"(?:[^\W\d_]\.[\s-]?)+\s*(?=\w{2,})")
_TRAILING: Final = re.compile(
    r"(?P<family>[^\W\d_][\w'\u2019-]+(?:\s[^\W\d_][\w'\u2019-]+)?)\s"
    r"(?P<given>[A-Z]{1,3}|[A-Z]\.(?:[\s-]?[A-Z]\.?){0,2})$"
)
_SUFFIX: Final = re.compile(r"(?:jr|sr|ii|iii|iv)\.?$", re.IGNORECASE)
_ACRONYM: Final = re.compile(r"[(\[]([A-Z][A-Za-z]*[A-Z][A-Za-z]*)[)\]]")
PARTICLES: Final = words("plain", "particles")
CONNECTORS: Final = frozenset({"and", "va", "et", "the", "of", "for", "ແລະ"})
_BODY_WORDS: Final = 3


@dataclass(frozen=True, slots=True)
class Name:
    """An author.

    Attributes:
        words: Folded words of the whole name, initials left out.
        family: Folded words of the family name where the reference sets it apart by a comma or by initials;
            empty where it does not.
        initials: First letters of the given names.
        acronym: Folded acronym of a body, where one can be made or is given.
        said: Folded words of a name printed as it is spoken, connecting words included.
    """

    words: tuple[str, ...]
    family: tuple[str, ...] = ()
    initials: tuple[str, ...] = ()
    acronym: str = ""
    said: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """The name as it stands in a key."""
        return "-".join(self.family or self.said or self.words)


def fold(text: str) -> str:
    """Return `text` without case, diacritics and apostrophes, đ as d, every other sign as a space."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d").replace("ß", "ss"))
    kept = "".join(
        letter for letter in plain if not unicodedata.combining(letter) or "\u0e00" <= letter <= "\u0eff"
    )
    return " ".join(
        re.sub(r"[^\w\s\u0e00-\u0eff\u1780-\u17ff]|_", " ", re.sub(r"['\u2019\u02bc`]", "", kept)).split()
    )


def words_of(text: str) -> tuple[str, ...]:
    """Return the folded words of a name without initials and connecting words."""
    whole = re.sub(r"(?<!\w)[^\W\d_]\.", " ", text)
    return tuple(word for word in fold(whole).split() if word not in CONNECTORS)


def without_et_al(text: str) -> tuple[str, bool]:
    """Return a list of authors without its `et al.`, and whether it had one."""
    plain = _ET_AL.sub("", text)
    return plain, plain != text


def parse_authors(text: str) -> tuple[tuple[Name, ...], bool]:
    """Return the authors that a reference, or a citation, names, and whether it says `et al.`."""
    plain, more = without_et_al(_EDITORS.sub("", text.strip()))
    acronym = _ACRONYM.search(plain)
    plain = _ACRONYM.sub("", plain).strip(" ,.;:")
    pieces = _pieces(plain)
    names: list[Name] = []
    at = 0
    while at < len(pieces):
        name, used = _name(pieces, at)
        if name is not None and name.words:
            names.append(name)
        at += used
    if acronym and len(names) == 1:
        names = [replace(names[0], acronym=fold(acronym[1]))]
    return tuple(names), more


def _pieces(text: str) -> list[tuple[str, str]]:
    """Return what stands between commas, semicolons and `and`, each with what follows it."""
    pieces = []
    at = 0
    for match in _SPLIT.finditer(text):
        piece = text[at : match.start()].strip()
        if piece:
            pieces.append((piece, "and" if match["and"] else "comma" if match["comma"] else "semi"))
        elif pieces:
            pieces[-1] = (pieces[-1][0], "and" if match["and"] else pieces[-1][1])
        at = match.end()
    last = text[at:].strip()
    return [*pieces, (last, "")] if last else pieces


def _name(pieces: list[tuple[str, str]], at: int) -> tuple[Name | None, int]:
    """Return the name that begins at a piece, and how many pieces it takes."""
    piece, after = pieces[at]
    if _SUFFIX.match(piece):
        return None, 1
    if after == "comma" and at + 1 < len(pieces):
        given = pieces[at + 1][0]
        if _inverted(pieces, at):
            words = (*words_of(piece), *words_of(given))
            return Name(words, words_of(piece), _initials(given)), 2
        if len(piece.split()) >= _BODY_WORDS and len(given.split()) == 1 and at + 2 == len(pieces):
            return _body(f"{piece} {given}"), 2
    if trailing := _TRAILING.match(piece):
        return Name(
            words_of(trailing["family"]),
            words_of(trailing["family"]),
            tuple(sign for sign in trailing["given"].casefold() if sign.isalpha()),
        ), 1
    if leading := _LEADING.match(piece):
        family = words_of(piece[leading.end() :])
        return Name(family, family, _initials(leading[0])), 1
    return _body(piece), 1


def _inverted(pieces: list[tuple[str, str]], at: int) -> bool:
    """Whether the piece is a family name and the next one the given names of the same person."""
    piece, given = pieces[at][0], pieces[at + 1][0]
    if _INITIALS.match(given):
        return True
    family = [word for word in piece.split() if word not in PARTICLES]
    few = len(family) <= 2 and len(given.split()) <= 3  # noqa: PLR2004 - a family name, and given names
    if few and re.search(r"(?:^|\s)[^\W\d_]\.", given) and not _LEADING.match(given):
        return True
    rest = pieces[at + 2 :]
    full = all(len(other.split()) > 1 for other, _ in rest)
    return few and at == 0 and full and len(given.split()) <= 2 and (bool(rest) or pieces[at + 1][1] == "")  # noqa: PLR2004 - the same


def _body(piece: str) -> Name:
    """Return a name printed as it is spoken: of a person, or of a body."""
    words = words_of(piece)
    capitals = [word[0] for word in piece.split() if word[:1].isupper()]
    initials = _initials(" ".join(piece.split()[:-1]))
    acronym = "".join(capitals).casefold() if len(capitals) >= 2 else ""  # noqa: PLR2004 - one letter is none
    return Name(words, (), initials, acronym, tuple(fold(piece).split()))


def _initials(given: str) -> tuple[str, ...]:
    return tuple(word[0] for word in fold(given).split())


def same_author(cited: Name, listed: Name) -> int:
    """Return how well a cited name fits a listed one.

    Returns:
        3 the same, 2 in another order or as an acronym, 1 a shorter form, 0 somebody else.
    """
    if not cited.words:
        return 0
    if cited.words in (listed.family, listed.words):
        return 3
    if sorted(cited.words) == sorted(listed.words) or _is_acronym(cited, listed):
        return 2
    given = cited.words[: -len(listed.family)] if listed.family else ()
    if given and cited.words[-len(listed.family) :] == listed.family:
        letters = tuple(word[0] for word in given)
        return 2 if not listed.initials or letters == listed.initials[: len(letters)] else 0
    return 1 if _shorter(cited.words, listed.words) else 0


def _is_acronym(cited: Name, listed: Name) -> bool:
    """Whether one of the two is the other's acronym."""
    if listed.family:
        return False
    return cited.words == (listed.acronym,) or listed.words == (cited.acronym,)


def _shorter(cited: tuple[str, ...], listed: tuple[str, ...]) -> bool:
    """Whether the cited words are the first or the last words of the listed name."""
    size = len(cited)
    return size < len(listed) and cited in (listed[:size], listed[-size:])
