"""The steps that software may take of itself: pending, active, lapsed, cleared, escalated, counted.

    engine = Engine(clock)
    steps = engine.push(signals)  # and engine.tick() as time goes on

The clock is injected. Acknowledging and resolving are a person's, and are only told to the engine. Signals
from the future, twice, or older than what is known are set aside and counted. A source that raises more
than `MOST` occurrences in a window raises one alert of its own, and the rest is counted.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, astuple, dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.border.alerts.naming import occurrence
from comity.border.alerts.rules import FLOOD, RULES
from comity.border.alerts.signals import Signal, of_flood, signal_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from comity.border.alerts.rules import Rule

METHOD: Final = "alert-engine@1"
AHEAD: Final = 2_000
MOST: Final = 20
"""Occurrences of one source in a window of the flood rule that are raised one by one."""
REMEMBERED: Final = 100_000
"""Subjects, and sources, of which the last is kept, against replays and floods."""

Name = Literal["raised", "active", "lapsed", "cleared", "escalated", "counted"]
Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Emission:
    """A step to put on record; `signal` is what raised the occurrence, `number` a level or a count.

    `note` says why, where the rule itself does not.
    """

    name: Name
    occurrence: str
    at: int
    signal: Signal
    number: int = 0
    note: str = ""


@dataclass(slots=True)
class Held:
    """An occurrence that is open: what the engine knows of it, and what `resume` gives back to it."""

    signal: Signal
    occurrence: str
    active: int = -1
    off: int = -1
    acknowledged: bool = False
    level: int = 0


@dataclass(slots=True)
class _Source:
    window: int
    raised: int = 0
    counted: int = 0


class Engine:
    """The rules over time; `aside` counts what was set aside, by its reason."""

    def __init__(self, clock: Callable[[], int], rules: Mapping[str, Rule] = RULES, most: int = MOST) -> None:
        self._clock, self._rules, self._most = clock, rules, most
        self._held: dict[Key, Held] = {}
        self._last: dict[Key, int] = {}
        self._sources: dict[str, _Source] = {}
        self.aside: Counter[str] = Counter()

    def resume(self, held: Iterable[Held]) -> None:
        """Take up what is open on the record."""
        for one in held:
            self._held[one.signal.rule, one.signal.cell, one.signal.subject] = replace(one)

    def save(self) -> dict[str, Any]:
        """Return what is open and what was heard last as JSON data, for `load`."""
        return {
            "held": [asdict(one) for one in self._held.values()],
            "last": [[*key, at] for key, at in self._last.items()],
            "sources": {name: astuple(one) for name, one in self._sources.items()},
            "aside": dict(self.aside),
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take up what was saved."""
        held = [Held(**{**one, "signal": signal_of(one["signal"])}) for one in saved["held"]]
        self._held = {(one.signal.rule, one.signal.cell, one.signal.subject): one for one in held}
        self._last = {(rule, cell, subject): at for rule, cell, subject, at in saved["last"]}
        self._sources = {name: _Source(*one) for name, one in saved["sources"].items()}
        self.aside = Counter(saved["aside"])

    def held(self) -> list[Held]:
        """Return what is open, in the order of keys."""
        return [self._held[key] for key in sorted(self._held)]

    def acknowledged(self, occurrence: str) -> None:
        """Know that a person has acknowledged an occurrence: it escalates no further."""
        for one in self._held.values():
            one.acknowledged |= one.occurrence == occurrence

    def push(self, signals: Iterable[Signal]) -> list[Emission]:
        """Take signals, in the order of their times, and return the steps of now."""
        now = self._clock()
        order = sorted(signals, key=lambda one: (one.at, one.rule, one.cell, one.subject, not one.on))
        steps = [step for one in order if self._sound(one, now) for step in self._take(one)]
        return steps + self.tick()

    def tick(self) -> list[Emission]:
        """Return the steps that are due by the clock."""
        now = self._clock()
        return [step for key in sorted(self._held) for step in self._due(key, now)]

    def _sound(self, one: Signal, now: int) -> bool:
        key = (one.rule, one.cell, one.subject)
        if one.rule not in self._rules:
            reason = "no-rule"
        elif one.at > now + AHEAD or one.since > one.at:
            reason = "future"
        elif one.at <= self._last.get(key, -1):
            reason = "late-or-twice"
        else:
            self._last.pop(key, None)
            self._last[key] = one.at
            if len(self._last) > REMEMBERED:
                del self._last[next(iter(self._last))]
            return True
        self.aside[reason] += 1
        return False

    def _take(self, one: Signal) -> Iterator[Emission]:
        key = (one.rule, one.cell, one.subject)
        held = self._held.get(key)
        if held is not None:
            if one.on:
                held.off = -1
            elif held.off < 0:
                held.off = one.at
        elif one.on and (one.rule == FLOOD or self._let_through(one)):
            yield self._raise(key, one)
        elif one.on:
            yield from self._flood(one)

    def _raise(self, key: Key, one: Signal) -> Emission:
        name = occurrence(self._rules[one.rule], one.cell, one.subject, one.since)
        self._held[key] = Held(one, name)
        return Emission("raised", name, one.at, one)

    def _let_through(self, one: Signal) -> bool:
        window = one.at // self._rules[FLOOD].window
        source = self._sources.get(one.source)
        if source is None or source.window != window:
            self._sources.pop(one.source, None)
            source = self._sources[one.source] = _Source(window)
            if len(self._sources) > REMEMBERED:
                del self._sources[next(iter(self._sources))]
        source.raised += 1
        return source.raised <= self._most

    def _flood(self, one: Signal) -> Iterator[Emission]:
        """Yield the alert of a flooding source, and its count at each doubling: few entries for any flood."""
        source = self._sources[one.source]
        source.counted += 1
        key = (FLOOD, one.source, one.source)
        flood = of_flood(one.source, source.counted, one)
        if key not in self._held:
            yield self._raise(key, flood)
        self._held[key].off = -1
        if source.counted & (source.counted - 1) == 0:
            yield Emission("counted", self._held[key].occurrence, one.at, flood, source.counted)

    def _due(self, key: Key, now: int) -> Iterator[Emission]:
        held, rule = self._held[key], self._rules[key[0]]
        began = held.signal.at
        if held.active < 0 and held.off >= 0 and held.off - began < rule.on_delay:
            del self._held[key]
            yield Emission("lapsed", held.occurrence, held.off, held.signal)
            return
        if held.active < 0 and now - began >= rule.on_delay:
            held.active = began + rule.on_delay
            yield Emission("active", held.occurrence, held.active, held.signal)
        if key[0] == FLOOD and held.off < 0 and self._calm(key[1], now):
            held.off = now
        if held.active >= 0 and held.off >= 0 and now - held.off >= rule.off_delay:
            del self._held[key]
            yield Emission("cleared", held.occurrence, now, held.signal)
            return
        while held.active >= 0 and not held.acknowledged and held.level < len(rule.escalate):
            due = held.active + rule.escalate[held.level]
            if now < due:
                break
            held.level += 1
            yield Emission("escalated", held.occurrence, due, held.signal, held.level)

    def _calm(self, source: str, now: int) -> bool:
        known = self._sources.get(source)
        window = now // self._rules[FLOOD].window
        return known is None or known.window < window or known.raised <= self._most
