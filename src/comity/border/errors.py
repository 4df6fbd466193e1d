"""What the border refuses, each with its reason."""

from __future__ import annotations

from comity.node.errors import RecordNotFoundError
from comity.record.errors import ComityError


class SeriesFileError(ComityError):
    """A file of readings or counts cannot be read as a whole."""

    code = "border-series-file"
    advice = (
        "Name the columns with the options, or mend the file; single bad rows are set aside by themselves."
    )


class StampError(ComityError):
    """A time or a day cannot be read without guessing."""

    code = "border-stamp"
    advice = "Write a day such as 2016-08-17, or a time with its offset such as 2016-08-17T00:00Z."


class ThresholdError(ComityError):
    """A file of thresholds or of rivers cannot be read."""

    code = "border-thresholds"
    advice = "Mend the file; docs/howto/river-warning.md shows one."


class PlaceUnknownError(ComityError):
    """A station, river or dam is not in the river graph."""

    code = "border-place-unknown"
    advice = "Name one that `comity border river` lists, or give a graph of your own with --rivers."


class CapError(ComityError):
    """A CAP message cannot be read, or must not be written so."""

    code = "border-cap"
    advice = "See `comity border cap check FILE`: each finding says where and why."


class WarningFieldError(ComityError):
    """A field of the form of a warning cannot be read.

    Attributes:
        name: The field.
    """

    code = "border-warning-field"
    advice = "Mend the field that is marked; nothing was recorded."

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class CapSignatureError(ComityError):
    """A message is not signed here, or its signature does not hold."""

    code = "border-cap-signature"
    advice = "Take the bytes from the record itself: its seal proves them without any signature inside."


class WarningRefusedError(ComityError):
    """A warning cannot be put on record as it is."""

    code = "border-warning-refused"
    advice = "Mend it until `comity border cap check FILE` accepts it; an exercise says so in both places."


class WarningUnknownError(RecordNotFoundError):
    """No such warning is on record here."""

    code = "border-warning-unknown"
    advice = "See `comity border warning list NODE`; name it as PARTY/SLUG where both parties use the name."


class SeriesUnknownError(RecordNotFoundError):
    """No such series is on record here."""

    code = "border-series-unknown"
    advice = "See `comity border series list NODE` for what is on record."


class FusionSettingError(ComityError):
    """A tracker is told something it cannot work with."""

    code = "border-fusion-setting"
    advice = "The message names the setting and its range; lengths are metres, times milliseconds."


class FusionInputError(ComityError):
    """A file or batch of observations or tracks cannot be read as a whole."""

    code = "border-fusion-input"
    advice = "Mend what the message names; single bad rows are set aside by themselves and counted."


class FusionSnapshotError(ComityError):
    """A snapshot of a tracker is damaged, or of another configuration."""

    code = "border-fusion-snapshot"
    advice = "Take an older snapshot, or replay the sealed batches from the record with a new tracker."


class FusionSingularError(ComityError):
    """The data cannot determine what is asked."""

    code = "border-fusion-undetermined"
    advice = "Give more co-operative targets, further apart; until then do not fuse these sensors."


class RegistrationRefusedError(ComityError):
    """A correction of a sensor cannot be put on record as it is."""

    code = "border-registration-refused"
    advice = "Look at the estimate again with `comity border sensors bias NODE --sector S`, then accept that."


class ZoneError(ComityError):
    """A zone cannot be watched."""

    code = "border-zone"
    advice = "Give an area as rings of at least three points, a line as one run of at least two, in metres."


class RemoteIdError(ComityError):
    """Bytes are no message of ASTM F3411, or a file of them cannot be read as a whole."""

    code = "border-remote-id"
    advice = "One message a line, 25 bytes in hexadecimal, more for a pack; bad ones are set aside."


class AlertRefusedError(ComityError):
    """An alert, or a step of one, cannot be put on record as it is."""

    code = "border-alert-refused"
    advice = "See `comity border alerts list NODE` for what is open, and what the message names."


class AlertUnknownError(RecordNotFoundError):
    """No such alert is on record here."""

    code = "border-alert-unknown"
    advice = "See `comity border alerts list NODE`; name it by the first characters of its key."
