"""`comity assess classical`: judge a panel by Cooke's Classical Model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.assessment.classical.optimise import Convention

app = typer.Typer(add_completion=False)

LARGEST: Final = 32 << 20
"""Bytes of a file that are read; the field's largest studies have less than one of these mebibytes."""

Answers = Annotated[Path, typer.Argument(metavar="FILE.dtt", help="The experts' answers.")]
Realised = Annotated[Path, typer.Argument(metavar="FILE.rls", help="The realisations of the seed questions.")]
LeftOut = Annotated[
    int,
    typer.Option("--leave-out", min=0, max=3, help="Judge again without up to so many experts, and seeds."),
]
Free = Annotated[
    bool, typer.Option("--free", help="Let a decision maker count that does not reach its own cut-off.")
]


@app.command()
def classical(
    answers: Answers,
    realisations: Realised,
    *,
    leave_out: LeftOut = 0,
    free: Free = False,
    as_json: AsJson = False,
) -> None:
    """Score a panel's experts and make its decision makers, from the Excalibur files of a study.

    Notes on answers that were found odd go to the other stream. The recommended decision maker is the one
    that does better on questions its weights have not seen; that is often the one with equal weights.
    """
    from comity.assessment.classical import answers as told  # noqa: PLC0415 - numpy only where it is needed
    from comity.assessment.classical import excalibur, panel, robustness  # noqa: PLC0415 - the same

    study = excalibur.read(_bytes(answers), _bytes(realisations))
    convention: Convention = "free" if free else "eligible"
    judged = panel.judge(study, convention)
    data, text = told.told(judged), told.table(judged)
    if leave_out:
        parts = {of: robustness.leave_out(study, of, leave_out, convention) for of in robustness.KINDS}
        data["leave_out"] = {of: told.robustness(found) for of, found in parts.items()}
        text += "\n" + "\n".join(told.robustness_table(found, of) for of, found in parts.items())
    for note in judged.notes:
        typer.echo(f"note: {note}", err=True)
    emit(data, text, as_json=as_json)


def _bytes(path: Path) -> bytes:
    from comity.assessment.classical.study import StudyError  # noqa: PLC0415 - numpy only where it is needed

    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise StudyError(f"{path}: {error.strerror}") from error
    if len(data) > LARGEST:
        raise StudyError(f"{path} has more than {LARGEST} bytes: no study is as large")
    return data
