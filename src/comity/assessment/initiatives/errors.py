"""What the readers of public files refuse."""

from __future__ import annotations

from comity.node.errors import RecordNotFoundError
from comity.record.errors import ComityError


class DataFileError(ComityError):
    """A file of public data is not what it should be."""

    code = "assess-data-file"
    advice = "Compare the file with the line that the message names; fetch it anew if it was cut off."


class DataFolderError(ComityError):
    """No file that Comity can read lies in the folder."""

    code = "assess-data-folder"
    advice = "Name the folder that holds the CSV files of power plants or of finance, or one above it."


class UnknownCountryError(ComityError):
    """The country code is not one that the readers know."""

    code = "assess-country"
    advice = "Write the ISO 3166-1 alpha-3 code, such as LAO."


class UnknownInitiativeError(RecordNotFoundError):
    """No such initiative is on record."""

    code = "assess-initiative-unknown"
    advice = "See `comity assess initiatives NODE` for those on record."


class InitiativeRefusedError(ComityError):
    """A record of an initiative would not stand."""

    code = "assess-initiative-refused"
    advice = "Name a party of the compact as the sponsor, somebody else as the third party, and one document."
