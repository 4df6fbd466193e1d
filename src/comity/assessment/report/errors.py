"""What goes wrong with a report."""

from __future__ import annotations

from comity.record.errors import ComityError


class ReportLanguagesError(ComityError):
    """A report is asked for in languages that it cannot be made in."""

    code = "report-languages"
    advice = "Name one to three of vi, lo, en, joined by commas, as in --languages vi,lo."


class ReportPrintError(ComityError):
    """The report cannot be set."""

    code = "report-print"
    advice = (
        "Install the Noto fonts (fonts-noto-core on Debian and Ubuntu, google-noto-sans-lao-fonts on "
        "Fedora), or take the DOCX and send the message to whoever looks after the node."
    )


class ReportDiffersError(ComityError):
    """This node derives another content than the report says, or the file is on nobody's record."""

    code = "report-differs"
    advice = (
        "Exchange with the other party and try again; if it differs still, print a report of your own and "
        "compare: `comity assess session report NODE SESSION --out DIR`."
    )
