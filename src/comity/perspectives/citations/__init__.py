"""Citations of a paper by author and year: found, resolved to its references, and audited.

from comity.perspectives.citations import audit

found = audit(text)          # the NFC text of a document, as intake makes it
found.instances              # every citation in the running text, with its key, pages and line
found.findings               # what does not fit
"""

from __future__ import annotations

from comity.perspectives.citations.audit import audit
from comity.perspectives.citations.model import Audit, Finding, Instance, Reference

__all__ = ["Audit", "Finding", "Instance", "Reference", "audit"]
