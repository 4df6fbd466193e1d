"""The founding of a node as a ceremony: several people, each with a root key of their own, in one room.

Each step says what happens, what to write down, and asks for what was written to be typed back. The root keys
go to the holders' media and never lie in the node's folder. Nothing is in force before the last step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import typer

from comity.node import create, passphrase
from comity.node import keys as keyfiles
from comity.node.errors import ConfigError, FingerprintError
from comity.record.charter import Charter

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comity.node.create import NewNode
    from comity.record.note import Signer

TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Desk:
    """Where the ceremony speaks and asks. With `yes` it asks nothing; with `quiet` it says nothing either."""

    yes: bool = False
    quiet: bool = False

    def say(self, text: str) -> None:
        """Say something."""
        if not self.quiet:
            typer.echo(text, err=True)

    def pause(self, text: str) -> None:
        """Wait until somebody did something."""
        self.say(text)
        if not self.yes:
            typer.prompt("Press Enter when that is done", default="", show_default=False, err=True)

    def typed_back(self, what: str, text: str) -> None:
        """Have something typed back from the paper that it was written on.

        Raises:
            FingerprintError: what was typed is something else, three times.
        """
        self.say(f"\n    {text}\n")
        if self.yes:
            return
        for _ in range(TRIES):
            answer = typer.prompt(f"Write it down; then type the {what} from the paper", err=True)
            if "".join(str(answer).lower().split()) == "".join(text.lower().split()):
                return
            self.say("That is not the same. Compare again.")
        raise FingerprintError(f"the {what} typed back is not the one shown: the ceremony ends here")


def found(root: Path, new: NewNode, media: Sequence[Path], desk: Desk) -> Charter:
    """Found a node: draw root keys onto their holders' media, the node's keys, sign and append the charter.

    Args:
        root: the node's folder, empty or absent.
        new: what it is called; `root_threshold` of the holders sign later charters.
        media: one folder for each root key; they all differ.
        desk: where to speak and ask.

    Raises:
        ConfigError: there are too few media, or one is used twice or lies in the node's folder.
        FingerprintError: what was written down is not what was shown.
        PassphraseMissingError: nobody gave a passphrase.
    """
    origin = new.settings().origin
    create.check_empty(root)
    _check_media(root, new, media)
    desk.say(
        f"Key ceremony of {origin}: {len(media)} root keys, {new.root_threshold} of which sign a charter.\n"
        "Have paper, a pen for each holder, and somebody who keeps the minutes. No photographs."
    )
    signers = [_holder(number, path, origin, desk) for number, path in enumerate(media, 1)]
    desk.say(f"\nThe node itself. Its keys lie in {root / 'keys'}, under a passphrase of their own.")
    node_phrase = new.passphrase or passphrase.choose(f"the keys of {origin}")
    folder, keys = create.draw(root, new, node_phrase)
    charter = create.make_charter(new, keys, [signer.vkey for signer in signers])
    desk.say("\nThe charter names every key. Whoever pairs with this node compares its fingerprint:")
    desk.typed_back("fingerprint of the charter", charter.fingerprint)
    charter = Charter.parse(charter.sign(signers).encode())
    create.found(folder, new, keys, charter, signers[0])
    desk.say(
        f"\nSigned by {len(signers)} root keys; entry 0 of the log names the charter.\n"
        "Write into the minutes: the fingerprint, who holds which root key, where the media are kept, and\n"
        "that the passphrases are kept elsewhere than the media. Then take the media out of the machine."
    )
    return charter


def _holder(number: int, medium: Path, origin: str, desk: Desk) -> Signer:
    """Draw one holder's root key."""
    desk.pause(f"\nRoot key {number}: its holder sits down alone at the keyboard; the key goes to {medium}.")
    phrase = passphrase.choose(f"root key {number}")
    [signer] = keyfiles.create_roots(medium, origin, [number], phrase)
    desk.say(f"The id of root key {number}, for the minutes:")
    desk.typed_back(f"id of root key {number}", signer.verifier.key_id.hex())
    return signer


def _check_media(root: Path, new: NewNode, media: Sequence[Path]) -> None:
    if not 1 <= new.root_threshold <= len(media):
        raise ConfigError(
            f"{new.root_threshold} of {len(media)} root keys cannot sign a charter: "
            "give --root-folder once for each holder"
        )
    places = [path.resolve() for path in media]
    if len(set(places)) != len(places):
        raise ConfigError("two root keys would lie in one folder: give each holder a medium")
    if any(place.is_relative_to(root.resolve()) for place in places):
        raise ConfigError("a root key would lie in the node's folder: whoever takes the machine has it")
