"""Words of the pages of documents, for translation."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_

MEDIA: Final = {
    "application/pdf": "PDF",
    "text/html": "HTML",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "text/markdown": "Markdown",
    "text/plain": N_("Text"),
}
LANGUAGES: Final = {
    "en": N_("English"),
    "vi": N_("Vietnamese"),
    "lo": N_("Lao"),
    "th": N_("Thai"),
    "km": N_("Khmer"),
    "fr": N_("French"),
    "zh": N_("Chinese"),
    "und": N_("too short to tell"),
}
FINDING_KINDS: Final = {
    "dangling": N_("cited, in no list"),
    "uncited": N_("listed, cited nowhere"),
    "ambiguous": N_("fits more than one reference"),
    "impossible-date": N_("impossible date"),
    "page-outside-range": N_("page outside the range"),
    "glued-reference": N_("reference inside another one"),
    "same-title": N_("the same title twice"),
    "cross-reference": N_("cross-reference that does not fit"),
    "figure-contradicts-title": N_("figure that its source's title contradicts"),
}
ORIGINS: Final = {"not stated": N_("not stated"), "not listed": N_("in no list of references")}
