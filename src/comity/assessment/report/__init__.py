"""The report on a joint assessment: two languages, DOCX and PDF, every figure with its entry.

    sheet(node, "vn/hq/12", "private", "vi,lo")     what it says, as plain data (`sheets`)
    pdf(sheet), docx(sheet)                          the files (`pdfs`, `docxs`)
    recording.record(node, …)                        a party records the digests of the files
    recording.check(node, data)                      whose record a file is

It is made of records that every party reads, dated by the newest of them, and of nothing else: two nodes that
hold the same records put the same content together, whenever they do it. That is what a party confirms when
it records the digests of files that the other one printed. Answers of experts, panels, what a side keeps to
itself: none of it is in a report.
"""

from __future__ import annotations

from typing import Final

METHOD: Final = "session-report@1"
