"""Two paired nodes in one process with a shared clock, a session on both, and panels of fictional experts."""

from __future__ import annotations

from comity.app import systems
from comity.assessment.sessions import experts, queries, sealing, starting, writing
from comity.assessment.sessions.opened import turns
from comity.node.node import Node
from tests.node.control.conftest import Pair, two_people

HOUR = 3_600_000
LEVELS = ["0.05", "0.5", "0.95"]
CITE = [{"work": "the-gauge-book"}]
PEOPLE = {"vn": ["vn-ash", "vn-elm", "vn-fir"], "la": ["la-ash", "la-elm", "la-fir", "la-oak"]}


def quantity(slug, **changes):
    """Return the fields of a question about a quantity."""
    return {
        "slug": slug,
        "form": "quantile",
        "text": {"en": f"How much is {slug} of the Lumvarren dam?", "vi": "Bao nhiêu?", "lo": "ເທົ່າໃດ?"},
        "role": "target",
        "unit": "m3/s",
        "scale": "uni",
        "low": "0",
        "high": "1000",
        "levels": LEVELS,
        "tail_rule": "to-domain",
        "cells": 64,
        "horizon": "2027",
        **changes,
    }


def event(slug, **changes):
    """Return the fields of a question about an event."""
    text = {"en": f"Will {slug} come?", "vi": "Có không?", "lo": "ຈະມາບໍ?"}
    return {
        "slug": slug,
        "form": "probability",
        "text": text,
        "role": "target",
        "horizon": "2027",
        **changes,
    }


def kinds_of(slug):
    """Return the fields of a question about categories."""
    categories = [{"slug": name, "label": {"en": name}} for name in ("dry", "even", "wet")]
    text = {"en": "Which season?", "vi": "Mùa nào?", "lo": "ລະດູໃດ?"}
    return {"slug": slug, "form": "categorical", "text": text, "role": "target", "categories": categories}


QUESTIONS = [
    quantity("flow", impact={"party": "la", "dimension": "environmental"}),
    event("delay"),
    kinds_of("season"),
]
ANSWERS = {
    "vn": {"flow": ["100", "200", "300"], "delay": ["0.1"], "season": ["0.2", "0.3", "0.5"]},
    "la": {"flow": ["400", "600", "800"], "delay": ["0.85"], "season": ["0.6", "0.3", "0.1"]},
}


class Clock:
    """A clock that both nodes share."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


class World(Pair):
    """Both nodes know the systems; approvals are counted by a simple rule."""

    def open(self, party):
        node = Node.open(self.root / party, systems())
        node.control.desk.approved = two_people
        if getattr(self, "clock", None):
            node.control.rounds.clock = self.clock
        self.nodes[party] = node
        setattr(self, party, node)
        return node

    def keep_time(self):
        self.clock = Clock(self.vn.control.rounds.clock())
        for node in self.nodes.values():
            node.control.rounds.clock = self.clock

    def both(self):
        return [("vn", self.vn), ("la", self.la)]

    def fields(self, slug="dam-2027", questions=None, protocol="idea", **changes):
        now = self.clock.now
        names = ("private", "revised") if protocol == "idea" else ("private",)
        stages = [
            {
                "stage": name,
                "answer_by": now + (8 * at + 2) * HOUR,
                "seal_by": now + (8 * at + 4) * HOUR,
                "open_by": now + (8 * at + 6) * HOUR,
            }
            for at, name in enumerate(names)
        ]
        return {
            "slug": slug,
            "title": {"en": "The fictional dam"},
            "topic": {"en": "What the dam of Lumvarren Rivers would do"},
            "protocol": protocol,
            "questions": QUESTIONS if questions is None else questions,
            "logs": ["vn/hq", "la/hq"],
            "stages": stages,
            "joint_marking": "TLP:CLEAR",
            "marking": "TLP:CLEAR",
            "exercise": True,
            **changes,
        }

    def begin(self, panels=True, **changes):
        """Start a session on vn, let la know, name both panels."""
        view = starting.start(self.vn, self.fields(**changes), "clerk")
        self.settle()
        for party, node in self.both() if panels else ():
            writing.panel(node, view.key, f"{party}-keeper", PEOPLE[party], "clerk")
        return view

    def answer(self, key, stage="private", shift=0, parties=("vn", "la"), answers=ANSWERS):
        for party in parties:
            node = getattr(self, party)
            view = queries.find(node, key)
            for at, expert in enumerate(PEOPLE[party]):
                typed = {
                    one.slug: {"values": vary(one.model.form, answers[party][one.slug], at + shift)}
                    for one in view.questions
                    if one.slug in answers[party]
                }
                experts.save(node, key, stage, expert, typed)
                _, refused = experts.submit(node, key, stage, expert)
                assert refused == []

    def seal(self, key, stage="private", parties=("vn", "la")):
        for party in parties:
            node = getattr(self, party)
            sealing.seal(node, key, stage, "clerk")
            self.approve_all(node, key, stage)
        self.settle()
        self.sync(self.la, self.vn)

    def approve_all(self, node, key, stage):
        for asked in queries.find(node, key).stage(stage).round.requests():
            if asked.standing.stage == "waiting":
                self.approve(node, asked.place, "first", "second")

    def open_all(self, key, stage="private"):
        """Open question by question, each when its turn comes."""
        order = turns(queries.find(self.vn, key))
        for turn in order:
            node, other = (self.vn, self.la) if turn.party == "vn" else (self.la, self.vn)
            slug, _ = sealing.open_next(node, key, stage, "clerk")
            assert slug == turn.question
            self.sync(other, node)
        self.settle()


def vary(form, values, at):
    """Return answers of several experts that differ a little and still are answers."""
    if form == "quantile":
        return [str(int(value) + 7 * at) for value in values]
    if form == "probability":
        return [f"{float(values[0]) + 0.01 * at:.2f}"]
    first = f"{float(values[0]) + 0.02 * at:.2f}"
    second = f"{float(values[1]) - 0.02 * at:.2f}"
    return [first, second, values[2]]
