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
ORPHANS: Final = {
    "the passage is not in this text": N_("the passage is not in this text"),
    "the passage stands in this text more than once": N_("the passage stands in this text more than once"),
    "the document is too long to search for a moved passage": N_(
        "the document is too long to search for a moved passage"
    ),
    "the words of the passage stand in this text once, but among other words": N_(
        "the words of the passage stand in this text once, but among other words"
    ),
}
"""Why a passage is an orphan, by the reason that `locators` and `quotes` give."""
CODING_FIELDS: Final = {
    "proposition": N_("Proposition"),
    "holder": N_("Held by"),
    "stance": N_("Stance"),
    "frame": N_("Frame"),
    "modality": N_("Modality"),
    "first": N_("Where it was published first"),
    "paraphrase": N_("What is said, in your words"),
    "coder": N_("Coded by"),
    "title": N_("Title"),
    "year": N_("Year"),
    "kind": N_("Kind"),
    "origin_party": N_("Country of origin"),
    "origin_cluster": N_("Origin cluster"),
}
CODING_FAULTS: Final = {
    "empty": N_("Fill it in: only the date and the authors may stay empty."),
    "no_number": N_("Give a whole number."),
    "unknown": N_("Choose a work that is on record."),
}
FINDING_WORDS: Final = {
    "may-be": N_("%(raw)s may be %(works)s"),
    "in-no-list": N_("%(raw)s is cited and is in no list of references"),
    "in-no-list-others": N_("%(raw)s is cited and is in no list of references; the list has %(works)s"),
    "cited-nowhere": N_("%(key)s is in the list and cited nowhere"),
    "inside-another": N_("%(key)s has no entry of its own: it stands inside that of %(other)s"),
    "same-title": N_("%(key)s has the authors and the title of %(other)s"),
    "page-outside": N_("%(raw)s points to page %(pages)s; %(key)s has pages %(first)s\u2013%(last)s"),
    "runs-back": N_("%(key)s runs from page %(first)s back to %(last)s"),
    "read-before": N_("%(key)s was accessed on %(read)s, before it was published (%(appeared)s)"),
    "read-after": N_("%(key)s was accessed on %(read)s, after the paper's last date (%(own)s)"),
    "later-than-paper": N_("%(key)s is of %(year)s, later than the paper itself (%(own)s)"),
    "no-such-day": N_("no calendar has %(day)s"),
    "no-caption": N_("%(named)s has no caption in this document"),
    "no-section": N_("there is no section %(number)s in this document"),
    "section-silent": N_(
        "section %(number)s does not speak of what the sentence refers to: %(words)s stand in "
        "%(others)s, not in %(number)s"
    ),
    "title-says": N_('the text gives "%(said)s"; the title of %(key)s, cited there, says "%(given)s"'),
}
"""What a finding of the audit says, by its code; the words of `citations.wording`."""
