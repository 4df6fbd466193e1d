"""Words that say what a named place is: part of how people write it, and no part of its name."""

from __future__ import annotations

from typing import Final

from comity.register.places_fold import fold

_WORDS: Final = {
    "province": ("tỉnh", "thành phố", "TP", "province", "city", "khoueng", "khwaeng", "ແຂວງ"),
    "district": ("huyện", "thị xã", "district", "muang", "ເມືອງ"),
    "gate": (
        "cửa khẩu quốc tế",
        "cửa khẩu chính",
        "cửa khẩu phụ",
        "cửa khẩu",
        "CKQT",
        "international border gate",
        "border gate",
        "border crossing",
        "checkpoint",
        "ດ່ານສາກົນ",
        "ດ່ານ",
    ),
    "village": ("bản", "thôn", "làng", "village", "ບ້ານ"),
    "commune": ("xã", "phường", "commune"),
    "river": ("sông", "river", "nam", "ແມ່ນ້ຳ", "ນ້ຳ"),
    "station": ("đồn biên phòng", "đồn", "trạm", "station"),
}
KIND_WORDS: Final = {kind: tuple(map(fold, words)) for kind, words in _WORDS.items()}
"""Words before a name (in English behind it) that say what it is, folded; they are no part of the name."""
