"""The report as PDF: set by Typst, with the Lao script shaped and its lines broken between words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.report.errors import ReportPrintError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATE: Final = Path(__file__).parent / "report.typ"
FONTS: Final = {"vi": "Noto Sans", "en": "Noto Sans", "lo": "Noto Sans Lao"}
"""The font family that each language needs."""


def pdf(sheet: Mapping[str, Any]) -> bytes:
    """Return the report as a PDF file; the same report gives the same bytes on the same machine.

    Raises:
        ReportPrintError: a font is missing, or it cannot be set.
    """
    import typst  # noqa: PLC0415 - a third of a second, needed only to print

    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)
    installed = {str(info.family) for info in fonts.fonts()}
    needed = {"Noto Sans", *(FONTS[code] for code in sheet["languages"])}
    if missing := sorted(needed - installed):
        raise ReportPrintError(f"fonts are not installed: {', '.join(missing)}")
    try:
        made = typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=fonts,
            sys_inputs={"report": json.dumps(sheet, ensure_ascii=False)},
            timestamp=0,
        )
    except typst.TypstError as error:
        raise ReportPrintError(f"the report cannot be set: {error}") from error
    if not isinstance(made, bytes):
        raise ReportPrintError("the report cannot be set: nothing came out")
    return made
