"""CAP messages for tests: one that is right, and what a test changes in it."""

from __future__ import annotations

from comity.border.cap import drafts
from comity.border.cap.writing import write

SENT = "2026-07-23T14:05:00+07:00"
RING = [[14.7, 106.7], [14.9, 106.7], [14.9, 107.0], [14.7, 106.7]]


def draft(**changes):
    plain = {
        "identifier": "exercise-1",
        "sender": "hydromet.lumvarren.example",
        "sent": SENT,
        "status": "Exercise",
        "note": "drill 3; fictional",
        "category": ["Met"],
        "event": {"en": "Flood", "vi": "Lũ", "lo": "ນ້ຳຖ້ວມ"},
        "headline": {"en": "The river rises fast", "vi": "Nước sông lên nhanh", "lo": "ນ້ຳຂຶ້ນໄວ"},
        "response": ["Evacuate"],
        "urgency": "Immediate",
        "severity": "Severe",
        "certainty": "Likely",
        "onset": "2026-07-23T20:00:00+07:00",
        "expires": "2026-07-24T14:05:00+07:00",
        "parameters": {"stage": "12.4"},
        "areas": [
            {
                "description": {"en": "Lower Sekong", "vi": "Hạ lưu sông Sê Kông", "lo": "ເຊກອງຕອນລຸ່ມ"},
                "polygons": [RING],
                "circles": [[14.8, 106.8, 30.5]],
                "geocodes": {"exercise": "X-1"},
            }
        ],
    }
    return {**plain, **changes}


def message(**changes):
    return drafts.message(drafts.draft(draft(**changes)), None)


def xml(**changes):
    return write(message(**changes))


def bent(old, new, **changes):
    """Return a right message with one piece of its text replaced."""
    text = xml(**changes).decode()
    assert old in text, old
    return text.replace(old, new).encode()
