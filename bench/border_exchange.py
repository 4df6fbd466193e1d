"""Two centres, one thing, a sensor each: how far off the joint estimate is, and whether it knows.

The place is estimated by every sensor's detections together (central), by adding the other side's whole
estimates as if they were independent (naive; with feedback the sum is kept and added to again), by covariance
intersection, and by tracklets exchanged every few looks. Figures are the root mean square error of the place
in each axis, over all runs and the looks right after which all ways have exchanged, on the same synthetic
detections; the error squared over what the estimate claims (NEES) is 2 where it is as sure as it may be, more
where it is too sure.
"""

from __future__ import annotations

import numpy as np

from bench.harness import Case, Variant
from comity.border.fusion.intersection import information, intersect
from comity.border.fusion.tracklets import (
    Estimate,
    add,
    disturbance,
    first,
    increment,
    predict,
    transition,
)

RUNS, LOOKS, TOLD = 250, 40, 10
SIGMA, NOISE, SPREAD = 10.0, 0.5, 15.0


def detections(seed=3):
    """Return (runs, looks, 4) truth and (sides, runs, looks, 2) what each side's sensor detects."""
    random = np.random.default_rng(seed)
    root, step = np.linalg.cholesky(disturbance(1.0, NOISE)), transition(1.0)
    truth = np.empty((RUNS, LOOKS, 4))
    state = random.normal(0, (500, 500, SPREAD, SPREAD), (RUNS, 4))
    for look in range(LOOKS):
        truth[:, look] = state
        state = state @ step.T + random.normal(size=(RUNS, 4)) @ root.T
    return truth, truth[None, :, :, :2] + random.normal(0, SIGMA, (2, RUNS, LOOKS, 2))


def seen(estimate, z):
    """Return an estimate after a detection."""
    gain = estimate.covariance[:, :2] @ np.linalg.inv(estimate.covariance[:2, :2] + SIGMA**2 * np.eye(2))
    left = np.eye(4) - np.hstack([gain, np.zeros((4, 2))])
    covariance = left @ estimate.covariance @ left.T + SIGMA**2 * gain @ gain.T
    return Estimate(estimate.time, estimate.mean + gain @ (z - estimate.mean[:2]), covariance)


def begun(z):
    return Estimate(0, np.append(z, [0, 0]), np.diag([SIGMA**2, SIGMA**2, SPREAD**2, SPREAD**2]))


def onward(estimate, z):
    return seen(predict(estimate, estimate.time + 1000, NOISE), z)


def summed(one, other):
    """Add two estimates as if their errors were independent."""
    a, b = information(one.covariance), information(other.covariance)
    covariance = information(a + b)
    return Estimate(one.time, covariance @ (a @ one.mean + b @ other.mean), covariance)


def central(mine, theirs, _every):
    joint = seen(begun(mine[0]), theirs[0])
    for z, other in zip(mine[1:], theirs[1:], strict=True):
        joint = seen(onward(joint, z), other)
        yield joint


def local(fuse, *, feedback=False):
    """Return a way that fuses whole estimates; with feedback what is fused is gone on from."""

    def way(mine, theirs, every):
        own, other = begun(mine[0]), begun(theirs[0])
        for look, (z, theirs_z) in enumerate(zip(mine[1:], theirs[1:], strict=True), 2):
            own, other = onward(own, z), onward(other, theirs_z)
            joint = fuse(own, other)
            if feedback and look % every == 0:
                own = other = joint
            yield joint

    return way


def crossed(one, other):
    mean, covariance, _ = intersect((one.mean, one.covariance), (other.mean, other.covariance))
    return Estimate(one.time, mean, covariance)


def tracklets(mine, theirs, every):
    """Add the increments of the other side to what own detections and earlier increments made."""
    other = last = begun(theirs[0])
    said = first(other, "la/1", SPREAD)
    joint = add(begun(mine[0]), [said])
    for look, (z, theirs_z) in enumerate(zip(mine[1:], theirs[1:], strict=True), 2):
        joint, other = onward(joint, z), onward(other, theirs_z)
        if look % every == 0:
            said, last = increment(other, last, said, NOISE), other
            joint = add(joint, [said])
        yield joint


def figures(name, way, every, told):
    """Return a run that gives the error, and notes what the estimates claim."""
    truth, given, notes = told

    def run():
        squared, claimed = [], []
        for one in range(RUNS):
            for look, joint in enumerate(way(given[0, one], given[1, one], every), 2):
                if look % TOLD == 0:
                    off = joint.mean[:2] - truth[one, look - 1, :2]
                    squared.append(off @ off)
                    claimed.append(off @ np.linalg.solve(joint.covariance[:2, :2], off))
        notes.append(f"{name}: NEES {np.mean(claimed):.2f}")
        return float(np.sqrt(np.mean(squared) / 2))

    return run


def cases():
    """Every way on the same detections."""
    truth, given = detections()
    notes = []
    ways = (
        ("every detection, centrally", central, 1, None),
        ("naive sum of estimates", local(summed), 1, None),
        ("naive sum with feedback", local(summed, feedback=True), 1, None),
        ("covariance intersection", local(crossed), 1, None),
        ("tracklets, every look", tracklets, 1, 1.001),
        ("tracklets, every 5 looks", tracklets, 5, 1.05),
        ("tracklets, every 10 looks", tracklets, 10, 1.1),
    )
    yield Case(
        f"two centres, {RUNS} runs of {LOOKS} looks (synthetic)",
        "RMSE an axis, m",
        [
            Variant(name, figures(name, way, every, (truth, given, notes)), aim)
            for name, way, every, aim in ways
        ],
        rounds=1,
        less_is_better=True,
        notes=notes,
    )
