"""The joint layer of one question, from what was opened: the same on both nodes, or a mismatch.

The linear pool is a stream of integers, equal bit for bit; every other figure agrees to 1e-9.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries.sessions import (
    WHOLE,
    AdviceFound,
    JointResult,
    OtherPool,
    PartsFound,
)
from comity.assessment.pools.chance import EXPECTED
from comity.assessment.pools.decompose import METHOD as PARTS
from comity.assessment.pools.joint import METHOD, joint, same
from comity.assessment.pools.probability import METHODS as POOLS
from comity.assessment.pools.summary import METHOD as SUMMARY
from comity.assessment.sessions.lines import from_line, root_of, text, uncertainty
from comity.assessment.sessions.weights import EQUAL, PERFORMANCE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.entries.sessions import Asked, Question, Session, StageName, SummaryLine
    from comity.assessment.pools.joint import Joint

METHODS: Final = (
    SUMMARY,
    EQUAL,
    PERFORMANCE,
    METHOD,
    POOLS["median"],
    POOLS["log_odds"],
    PARTS,
    EXPECTED,
)
"""How sessions are computed now; a session names them, so that no later version changes an old result."""


def joined(  # noqa: PLR0917 - the session, the question as asked and as worded, what was opened
    session: Session,
    digest: str,
    stage: StageName,
    asked: Asked,
    question: Question,
    opened: Mapping[str, SummaryLine],
) -> JointResult:
    """Compute the joint layer of one question.

    Args:
        session: What was agreed, with the parties' voices.
        digest: Of the session's fields.
        stage: Which.
        asked: The question as the session names it.
        question: Its fields.
        opened: The line of every party; none of them of too few experts.

    Raises:
        PoolError: a line is missing, on another grid, or no summary.
        SumError: a line contradicts itself.
    """
    voices = {one.party: one.weight for one in session.voices}
    found = joint((from_line(line, party) for party, line in opened.items()), voices, uncertainty(question))
    return JointResult(
        session=session.slug,
        asked=digest,
        stage=stage,
        question=asked.question,
        question_digest=asked.digest,
        method=found.method,
        inputs=root_of(opened),
        voices=sorted(session.voices, key=lambda one: one.party),
        stream=_stream(opened, voices),
        out_of=WHOLE * sum(voices.values()),
        quantiles=[text(value) for value in found.quantiles],
        other_pools=[
            OtherPool(method=name, value=text(value)) for name, value in sorted(found.others.items())
        ],
        parts=_parts(found),
        times=text(found.times),
        advice=AdviceFound(
            word=found.advice.word,
            divisive=found.advice.divisive,
            reason=found.advice.reason,
            method=found.advice.method,
        ),
    )


def _stream(opened: Mapping[str, SummaryLine], voices: Mapping[str, int]) -> list[int]:
    rows = [[mass * voices[party] for mass in line.masses or ()] for party, line in opened.items()]
    return [sum(cell) for cell in zip(*rows, strict=True)]


def _parts(found: Joint) -> PartsFound:
    return PartsFound(
        unit=found.parts.unit,
        total=text(found.parts.total),
        within=text(found.parts.within),
        experts=text(found.parts.experts),
        parties=text(found.parts.parties),
        method=found.parts.method,
    )


def differences(one: JointResult, other: JointResult) -> list[str]:
    """Return where two results of one question differ; empty where they are the same.

    Inputs, methods, voices and the stream are held against each other bit for bit, figures to 1e-9 of their
    size (`comity.assessment.pools.joint.same`). The words of a reason are not compared.
    """
    return same(_compared(one), _compared(other))


def _compared(result: JointResult) -> dict[str, Any]:
    told = result.parts
    return {
        "inputs": result.inputs,
        "method": result.method,
        "question": result.question_digest,
        "voices": {one.party: one.weight for one in result.voices},
        "stream": str([*result.stream, result.out_of]),
        "quantiles": [float(value) for value in result.quantiles],
        "other_pools": {one.method: float(one.value) for one in result.other_pools},
        "parts": {name: float(getattr(told, name)) for name in ("total", "within", "experts", "parties")},
        "parts_method": [told.method, told.unit],
        "times": float(result.times),
        "advice": [result.advice.word, result.advice.divisive, result.advice.method],
    }
