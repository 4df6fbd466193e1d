"""Which requirement of OGC 18-088 a test proves: named at the test, gathered by `conformance`."""

from __future__ import annotations

SPEC = "http://www.opengis.net/spec/iot_sensing/1.1/req/"


def requirement(*names):
    """Mark a test; each name is the part of a requirement's URI behind `/req/`."""

    def marked(test):
        test.requirements = names
        return test

    return marked
