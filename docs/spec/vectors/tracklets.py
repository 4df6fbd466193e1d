"""Vectors of tracklets: how what is said of a track is named, which words of a chain count, and false claims.

The numbers are those of a thing that rests at (1000, 2000) and is detected with an error of 10 m each axis:
they are written by hand, so that no linear algebra of any machine stands in them.
"""

from __future__ import annotations

import copy
import hashlib
from typing import Any, Final

from seeds import bytes_of, refused

from comity.record.canonical import b64, encode

CONFIG: Final = b64(bytes_of("sector ford"))
OTHER: Final = b64(bytes_of("sector ford, as it was before"))
SECTOR: Final = "ford"
T0: Final = 1_770_000_000_000
"""The beginning of a half-hour."""
NOTHING: Final = ["0"] * 10
SEEN: Final = ["0.01", "0", "0", "0", "0.01", "0", "0", "0", "0", "0"]
"""Upper triangle: a place is known to 10 m by each detection."""
KNOWN: Final = ["100", "0", "0", "0", "100", "0", "0", "4", "0", "4"]
KINDS: Final = {"increment": "border.tracklets@1", "estimate": "border.told@1"}
PREFIXES: Final = {"increment": b"comity/tracklet/v1\n", "estimate": b"comity/told/v1\n"}

Item = dict[str, Any]
Word = dict[str, Any]


def digest(what: str, item: Item, config: str = CONFIG) -> str:
    """Return what a next word names as `previous`, as docs/spec/tracklet.md says it."""
    said: Any = {"config": config, "item": item, "sector": SECTOR}
    return b64(hashlib.sha256(PREFIXES[what] + encode(said)).digest())


def increment(second: int, since: int | None = None, previous: str = "", **more: Any) -> Item:
    """Return an increment of a track that rests; seconds are counted from T0."""
    time = T0 + 1000 * second
    return {
        "track": "vn-1", "object_class": "boat", "since": time if since is None else T0 + 1000 * since,
        "time": time, "matrix": SEEN, "vector": ["10", "20", "0", "0"],
        **({"previous": previous} if previous else {}), "existence": "0.9500", "seen": time, **more,
    }  # fmt: skip


def estimate(second: int, previous: str = "", reason: str = "", **more: Any) -> Item:
    """Return a whole estimate of it."""
    time = T0 + 1000 * second
    return {
        "track": "vn-1", "object_class": "boat", "time": time, "mean": ["1000", "2000", "0", "0"],
        "covariance": KNOWN, **({"previous": previous} if previous else {}),
        **({"reason": reason} if reason else {}), "existence": "0.9500", "seen": time, **more,
    }  # fmt: skip


class Story:
    """Exchanges on record, and what counts of them: each word with its effect, written by hand."""

    def __init__(self) -> None:
        self.exchanges: list[dict[str, Any]] = []
        self.words: list[Word] = []

    def say(self, what: str, item: Item, effect: str, **more: Any) -> str:
        """Say one thing in an exchange of its own; return its name."""
        origin, config = more.get("origin", "vn/hq"), more.get("config", CONFIG)
        time = more.get("time", item["time"])
        index = sum(one["origin"] == origin for one in self.exchanges) + 10
        way = {} if what == "increment" else {"way": more.get("way", "tracklets"), **more.get("figures", {})}
        fields = {"sector": SECTOR, "config": config, "time": time, "tracks": [item], **way}
        claimed = more.get("claimed", time + 300)
        place = {"origin": origin, "index": index}
        self.exchanges.append({**place, "kind": KINDS[what], "claimed": claimed, "fields": fields})
        name = digest(what, item, config)
        self.words.append({**place, "item": 0, "digest": name, "effect": effect})
        return name

    def case(self, name: str, pairs: list[list[str]] | None = None) -> dict[str, Any]:
        """Return the case, its exchanges and words in the order in which they are read."""
        order = sorted(self.exchanges, key=lambda one: (one["fields"]["time"], one["origin"], one["index"]))
        places = [(one["origin"], one["index"]) for one in order]
        words = sorted(self.words, key=lambda one: places.index((one["origin"], one["index"])))
        tracks = [
            {
                "id": "+".join(names),
                "sides": [{"party": one.partition("-")[0], "track": one} for one in names],
            }
            for names in pairs or [["vn-1"]]
        ]
        last = max(one["fields"]["time"] for one in order)
        return {
            "name": name, "sector": SECTOR, "config": CONFIG, "at": last, "made": last + 1_000,
            "exchanges": copy.deepcopy(order), "tracks": tracks, "words": words,
        }  # fmt: skip


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {
        "tracklet": {
            "description": "docs/spec/tracklet.md. digest: the name of an item. digest_refuse: items that no "
            "entry may hold. chain: exchanges, which of their words count and with which effect (add, break, "
            "none, or the code of why not), and which tracks are one. chain_refuse: claims about the same "
            "that count something twice, or are false otherwise.",
            "digest": _digests(),
            "digest_refuse": _malformed(),
            "chain": [story for _, story in _stories()],
            "chain_refuse": _false(),
        }
    }


def _digests() -> list[dict[str, Any]]:
    first = increment(0)
    items = [
        ("the first of a chain", "increment", first),
        ("one that follows", "increment", increment(5, 0, digest("increment", first))),
        ("a negative number", "increment", increment(0, vector=["-10.5", "20", "0", "-0.00000001"])),
        ("a checkpoint", "estimate", estimate(5, digest("increment", first), "checkpoint")),
        ("outside a chain", "estimate", estimate(5, track="vn-blur-7")),
    ]
    cases = [
        {"name": name, "what": what, "sector": SECTOR, "config": CONFIG, "item": item}
        for name, what, item in items
    ]
    return [{**one, "digest": digest(one["what"], one["item"])} for one in cases]


def _malformed() -> list[dict[str, Any]]:
    first, whole = increment(0), estimate(0)
    without = {name: value for name, value in first.items() if name != "matrix"}
    items: list[tuple[str, str, Item]] = [
        ("a number that is no text", "increment", {**first, "vector": [10, "20", "0", "0"]}),
        ("an exponent", "increment", {**first, "vector": ["1e1", "20", "0", "0"]}),
        ("a plus sign", "increment", {**first, "vector": ["+10", "20", "0", "0"]}),
        ("nine numbers of a triangle", "increment", {**first, "matrix": SEEN[:9]}),
        ("a whole matrix", "increment", {**first, "matrix": SEEN + ["0"] * 6}),
        ("not a number", "estimate", {**whole, "mean": ["NaN", "2000", "0", "0"]}),
        ("a class that is none", "increment", {**first, "object_class": "hostile"}),
        ("a field more", "increment", {**first, "affiliation": "unknown"}),
        ("a field less", "increment", without),
        ("a short digest", "increment", increment(5, 0, b64(bytes(31)))),
        ("an increment as an estimate", "estimate", first),
        ("a reason that is none", "estimate", estimate(0, "", "guess")),
        ("a time before all times", "increment", {**first, "time": -1}),
    ]
    return [refused(name, "tracklet-form", what=what, item=item) for name, what, item in items]


def _stories() -> list[tuple[str, dict[str, Any]]]:
    """Return stories by a short name."""
    return [
        ("plain", _plain()), ("repeated", _repeated()), ("gap", _gap()), ("pair", _pair()),
        ("loose", _loose()), ("begun", _begun()), ("before", _before()), ("future", _future()),
        ("config", _config()), ("outside", _outside()), ("absurd", _absurd()), ("first", _first()),
    ]  # fmt: skip


def _plain(checkpoint: bool = True) -> dict[str, Any]:
    story, name = Story(), ""
    for second in (0, 5, 10):
        item = increment(second, max(second - 5, 0), name)
        name = story.say("increment", item, "add")
    if checkpoint:
        name = story.say("estimate", estimate(15, name, "widened"), "break")
        story.say("increment", increment(20, 15, name), "add")
    return story.case("a chain, a whole estimate in it, and its next increment")


def _repeated() -> dict[str, Any]:
    story = Story()
    first = increment(0)
    name = story.say("increment", first, "add")
    second = increment(5, 0, name)
    name = story.say("increment", second, "add")
    story.say("increment", second, "repeated", time=T0 + 6_000)
    story.say("increment", first, "repeated", time=T0 + 7_000)
    story.say("increment", increment(10, 5, name), "add")
    return story.case("the same words said again in later entries count no second time")


def _gap() -> dict[str, Any]:
    story = Story()
    name = story.say("increment", increment(0), "add")
    lost = digest("increment", increment(5, 0, name))
    name = story.say("increment", increment(10, 5, lost), "gap")
    name = story.say("increment", increment(15, 10, name), "gap")
    name = story.say("estimate", estimate(20, name, "checkpoint"), "break")
    story.say("increment", increment(25, 20, name), "add")
    return story.case("after a word that is missing nothing counts until a whole estimate")


def _pair() -> dict[str, Any]:
    story, names = Story(), {"la": "", "vn": ""}
    for second in range(0, 30, 5):
        for party, name in names.items():
            item = increment(second, max(second - 5, 0), name, track=f"{party}-1")
            names[party] = story.say("increment", item, "add", origin=f"{party}/hq")
    return story.case("two parties about one thing", [["la-1", "vn-1"]])


def _loose() -> dict[str, Any]:
    story = Story()
    name = story.say("increment", increment(0), "add")
    name = story.say("increment", increment(15, 0, name), "add")
    story.say("increment", increment(31, 15, name), "break")
    return story.case("a span of more than 15 s is met by intersection")


def _begun() -> dict[str, Any]:
    story = Story()
    name = story.say("increment", increment(0), "add")
    story.say("increment", increment(5), "begun")
    story.say("increment", increment(10, 0, name), "add")
    return story.case("a name cannot begin a second chain beside the first")


def _before() -> dict[str, Any]:
    story = Story()
    name = story.say("increment", increment(10), "add")
    name = story.say("increment", increment(5, 10, name), "out-of-order", time=T0 + 15_000)
    story.say("increment", increment(20, 5, name), "gap")
    return story.case("a word of a time before the last breaks the chain")


def _future() -> dict[str, Any]:
    story = Story()
    name = story.say("increment", increment(0), "add")
    story.say("increment", increment(9, 0, name), "future", time=T0 + 5_000)
    story.say("increment", increment(10, 0, name), "future", claimed=T0 + 7_999)
    story.say("increment", increment(11, 0, name), "add", claimed=T0 + 9_000)
    return story.case(
        "what is later than its exchange, or whose exchange is later than its entry by over 2 s"
    )


def _config() -> dict[str, Any]:
    story = Story()
    story.say("increment", increment(0), "another-sector", config=OTHER)
    story.say("increment", increment(5), "add")
    return story.case("what was said of the sector as it was before")


def _outside() -> dict[str, Any]:
    story = Story()
    name = story.say("increment", increment(0), "add")
    name = story.say("estimate", estimate(5), "break", way="blurred", figures={"blur": "50.00"})
    story.say("increment", increment(10, 5, name), "gap")
    return story.case("a whole estimate outside a chain ends it")


def _absurd() -> dict[str, Any]:
    story = Story()
    name = story.say("increment", increment(0), "add")
    sharp = ["10000001", *SEEN[1:]]
    name = story.say("increment", increment(5, 0, name, matrix=sharp), "absurd")
    story.say("increment", increment(10, 5, name), "gap")
    return story.case("a number that no sensor gives breaks the chain")


def _first() -> dict[str, Any]:
    story = Story()
    story.say("increment", increment(5, 0), "gap")
    story.say("increment", increment(10), "add")
    return story.case("a first word that spans something follows nothing that is here")


def _false() -> list[dict[str, Any]]:
    """Return claims that are false: each is a true story with one thing changed."""
    known = dict(_stories())
    forged = b64(bytes_of("forged"))

    def changed(name: str, code: str, story: str, at: int, **word: Any) -> dict[str, Any]:
        case = copy.deepcopy(known[story])
        case["words"][at].update(word)
        return refused(name, code, **{key: value for key, value in case.items() if key != "name"})

    cases = [
        changed("a word that is said twice counts twice", "repeated", "repeated", 2, effect="add"),
        changed("and the first of its chain", "repeated", "repeated", 3, effect="add"),
        changed("a name begins a second chain", "begun", "begun", 1, effect="add"),
        changed("a word counts over a gap", "gap", "gap", 1, effect="add"),
        changed("and the one after it", "gap", "gap", 2, effect="break"),
        changed("a word of an earlier time counts", "out-of-order", "before", 1, effect="add"),
        changed("a word of the future counts", "future", "future", 1, effect="add"),
        changed("a word of another sector counts", "another-sector", "config", 0, effect="add"),
        changed("a long span is added as if independent", "effect", "loose", 2, effect="add"),
        changed("a whole estimate is added", "effect", "gap", 3, effect="add"),
        changed("an estimate outside a chain says nothing", "effect", "outside", 1, effect="none"),
        changed("a good word is put aside", "put-aside", "plain", 1, effect="gap"),
        changed("a good word is put aside for no known reason", "put-aside", "plain", 1, effect="unwanted"),
        changed("a forged digest", "digest", "plain", 1, digest=forged),
        changed("a word of another place", "missing", "plain", 1, index=99),
        changed("an item that is not there", "missing", "plain", 1, item=1),
    ]
    return [*cases, *_rearranged(known)]


def _rearranged(known: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return false claims whose words or exchanges stand otherwise."""
    made = []

    def take(name: str, code: str, story: str) -> dict[str, Any]:
        case = copy.deepcopy(known[story])
        made.append(refused(name, code, **{key: value for key, value in case.items() if key != "name"}))
        return made[-1]

    take("a word is left out", "missing", "plain")["words"].pop(2)
    case = take("a word is named twice", "missing", "plain")
    case["words"].insert(2, case["words"][1])
    take("words in another order", "missing", "pair")["words"].reverse()
    take("exchanges in another order", "order", "pair")["exchanges"].reverse()
    case = take("an exchange twice", "order", "plain")
    case["exchanges"].insert(2, case["exchanges"][1])
    take("an exchange is left out", "missing", "plain")["exchanges"].pop(1)
    case = take("an exchange and its words are left out", "gap", "plain")
    case["exchanges"].pop(1)
    case["words"].pop(1)
    case = take("one chain in two tracks", "pairs", "pair")
    case["tracks"].append({"id": "vn-1", "sides": [{"party": "vn", "track": "vn-1"}]})
    take("a track of nobody's", "pairs", "plain")["tracks"][0]["sides"][0]["track"] = "vn-2"
    case = take("a track of another name", "pairs", "plain")
    case["tracks"][0]["id"] = "vn-2"
    take("an exchange after the picture", "order", "plain")["at"] -= 1
    take("an exchange before the stretch that is read", "order", "plain")["at"] += 2 * 3_600_000
    case = take("an item that was changed afterwards", "digest", "plain")
    case["exchanges"][1]["fields"]["tracks"][0]["vector"][0] = "10.1"
    case = take("another party's name in one's own log", "pairs", "pair")
    case["tracks"][0]["sides"][0]["party"] = "vn"
    return made
