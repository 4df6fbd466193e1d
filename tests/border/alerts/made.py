"""Entries of alerts as a node would hold them, without a node."""

from __future__ import annotations

from comity.border.alerts.naming import named
from comity.border.alerts.rules import RULES
from comity.node.rows import Report

START = 1_784_790_000_000 - 1_784_790_000_000 % 86_400_000
"""The beginning of a day in July 2026, milliseconds UTC."""


def alert(party="vn", index=0, *, rule="geofence-dwell", cell="zone", subject="t1", since=START, **more):
    window = since // RULES[rule].window
    fields = {
        "occurrence": named(rule, cell, subject, window), "rule": rule, "cell": cell, "subject": subject,
        "window": window, "since": since, "observed": since, "severity": "Minor", "source": "radar-1",
        "method": "test@1", **more,
    }  # fmt: skip
    return report(party, index, since, fields)


def step(of, name, party="vn", index=100, *, after=1_000, **more):
    at = of.fields["since"] + after
    return report(party, index, at, {"occurrence": of.fields["occurrence"], "step": name, "at": at, **more})


def report(party, index, claimed, fields, class_="record"):
    return Report(f"{party}/hq", index, f"{party}{index}", party, class_, "TLP:CLEAR", claimed, fields)
