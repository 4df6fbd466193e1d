"""What the commands of sessions print for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def head(data: dict[str, Any]) -> str:
    """Return the line of a session."""
    mark = "[exercise] " if data["exercise"] else ""
    return f"{mark}{data['slug']} ({data['key']}), {data['protocol']}: {data['stage']} stage, {data['phase']}"


def questions(data: dict[str, Any]) -> Iterator[str]:
    """Give the questions of a session."""
    for one in data["questions"]:
        fields = one["fields"]
        domain = f", {fields['low']} to {fields['high']} {fields['unit']}" if "unit" in fields else ""
        yield f"  {one['number']}. {fields['slug']} ({fields['role']}, {fields['form']}{domain})"
        yield f"     {fields['text']['en']}"
        if one["changed"]:
            yield "     was recorded with other words since: answers to it are refused"
        for said in one["resolutions"]:
            came = said["fields"].get("outcome") or said["fields"].get("category") or "void"
            yield f"     came out: {came} ({said['party']}, {said['origin']} {said['index']})"


def board(data: dict[str, Any]) -> Iterator[str]:
    """Give the lines of a board."""
    yield head(data)
    for stage in data["stages"]:
        yield f"  {stage['name']}: {stage['phase'].replace('-', ' ')}"
        for party in stage["round"]["parties"] if stage["round"] else ():
            state = party["state"].replace("_", " ")
            late = ", late" if party["open_timing"] == "late" else ""
            yield f"    {party['origin']}: {state}{late}"
        for refused in stage["round"]["refused"] if stage["round"] else ():
            yield f"    refused: {refused['place']['origin']} {refused['place']['index']}: {refused['text']}"
        if stage["due"]:
            yield f"    next to open: {stage['due']['question']}, by {stage['due']['party']}"
        for slug, each in stage["lines"].items():
            opened = [f"{party} {_line(line)}" for party, line in each.items() if line["at"]]
            if opened:
                yield f"    {slug}: {', '.join(opened)}"


def _line(line: dict[str, Any]) -> str:
    return f"{line['state']}{', out of turn' if line['in_turn'] is False else ''}"


def scores(data: dict[str, Any]) -> Iterator[str]:
    """Give proper scores."""
    for one in data["scores"]:
        yield f"{one['question']}, {one['stage']}:{' void, not scored' if one['void'] else ''}"
        for name, values in one["scores"].items():
            told = ", ".join(f"{who} {value:.4f}" for who, value in values.items())
            yield f"  {one['methods'][name]}: {told}"
        if one["unscored"]:
            yield f"  not scored, no seal before it is attested: {', '.join(one['unscored'])}"


def audit(data: dict[str, Any]) -> Iterator[str]:
    """Give what an audit found."""
    for one in data["questions"]:
        yield f"{one['question']}, {one['stage']}:"
        for found in one["inner"]:
            places = f": {', '.join(found['differs'])}" if found["differs"] else ""
            yield f"  {found['party']}: {found['state'].replace('-', ' ')}{places}"
        for party, places in one["joint"]["differs"].items():
            yield f"  joint result of {party}: {'differs in ' if places else 'same'}{', '.join(places)}"
        if one["across"]:
            chance = one["across"]["chance"]
            yield (
                f"  by lot: {chance['p']:.1%} of {chance['draws']} "
                f"{'possible' if chance['exact'] else 'seeded'} draws give as much; mean "
                f"{chance['mean']:.4g}, observed {chance['observed']:.4g} ({chance['method']})"
            )
            yield f"  {one['across']['advice']['word']}: {one['across']['advice']['reason']}"
    yield "nothing differs" if data["ok"] else "something differs"


def summary(fields: dict[str, Any]) -> Iterator[str]:
    """Give what would be sealed."""
    told = fields["weighting"]
    yield f"{fields['party']}, {fields['stage']}: weights {told['method']} ({told['why']})"
    for path in sorted(name for name in fields if name.startswith("q") and name[1:].isdigit()):
        line = fields[path]
        if "nothing" in line:
            yield f"  {line['question']}: nothing is opened, too few experts answered"
        else:
            yield (
                f"  {line['question']}: {line['experts']} experts, {len(line['masses'])} masses, "
                f"within {line['within'][:12]}, spread {line['spread'][:12]}; no single answer"
            )


def joint(data: dict[str, Any]) -> Iterator[str]:
    """Give the joint layer."""
    for one in data["questions"]:
        found = one["result"]
        if found is None:
            state = one["state"].replace("-", " ")
            yield f"{one['question']}: {state}{': ' if one['why'] else ''}{one['why']}"
            continue
        advice, parts = found["advice"], found["parts"]
        yield f"{one['question']}: {advice['word']}; {advice['reason']}"
        yield (
            f"  {parts['unit']}: {parts['total'][:9]} = {parts['within'][:9]} within answers + "
            f"{parts['experts'][:9]} between experts + {parts['parties'][:9]} between parties"
        )
        lot = one["by_lot"]["bounds"]
        yield (
            f"  by lot: {lot['least']:.1%} to {lot['most']:.1%} of {lot['ways']} ways to draw the parties "
            f"give as much ({lot['method']})"
        )
        yield f"  {found['method']}, inputs {found['inputs'][:16]}"
        for party, places in one["differs"].items():
            yield f"  {party} recorded {'another: ' if places else 'the same'}{', '.join(places)}"
        for wrong in one["mismatches"]:
            yield f"  mismatch on record: {wrong['origin']} {wrong['index']}"
