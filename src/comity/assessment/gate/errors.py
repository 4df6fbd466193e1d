"""What the gate refuses, each with its reason."""

from __future__ import annotations

from comity.node.errors import RecordNotFoundError
from comity.record.errors import ComityError


class GateDateError(ComityError):
    """A date or a length of time cannot be read."""

    code = "gate-date"
    advice = "Write a day such as 2016-12-20, an EDTF date, or a length such as 6m or 30d."


class RuleError(ComityError):
    """A rule file cannot be read."""

    code = "gate-rule"
    advice = "Mend the file; docs/spec/gate.md says what a rule holds."


class UnknownRuleError(ComityError):
    """No rule of that id and version is here."""

    code = "gate-rule-unknown"
    advice = (
        "Put the rule file into the folder `rules` of the node, or name one that `comity gate rules` lists."
    )


class RuleUnsignedError(ComityError):
    """A rule binds only by the compact, and the compact in force does not carry its digest."""

    code = "gate-rule-unsigned"
    advice = "List the rule file as a [[vocabulary]] of the compact, and have every party sign it."


class UnknownGateError(RecordNotFoundError):
    """No such gate, request or initiative is on record."""

    code = "gate-unknown"
    advice = "See `comity gate status NODE` for the gates on record; an initiative is recorded first."


class NotYoursError(ComityError):
    """The step is another party's to take."""

    code = "gate-not-yours"
    advice = "Only the sponsor opens a gate and submits; ask for one with `comity gate request`."


class SaidBeforeError(ComityError):
    """The step, the answer or the slug stands in the record already."""

    code = "gate-said-before"
    advice = "Nothing is lost: the first stands. Give --corrects with the id of the entry to replace it."


class PastDeadlineError(ComityError):
    """A deadline lies in the past, or before what it extends."""

    code = "gate-deadline-past"
    advice = "Choose a later day; for a case of history say so with --past."


class NotExtendableError(ComityError):
    """There is no period that could be extended."""

    code = "gate-not-extendable"
    advice = "See the rule: only a consultation that has started, under a rule that allows it, is extended."


class UnknownClassError(ComityError):
    """A class of water, season or use is not one of the rule's words."""

    code = "gate-class"
    advice = "Use the words of the rule: `comity gate rules --json` lists them; leave out what is not known."
