"""Signed notes against Go's golang.org/x/mod/sumdb/note: code of others, asked the same questions."""

import base64
import hashlib
import json
import os
import shutil
import subprocess

import pytest

from comity.record import note
from comity.record.note import Signer, Verifier, sign_note, verify_note

VN = Signer("vn.example/hq", bytes(range(32)))
LA = Signer("la.example/hq", bytes(range(1, 33)))
TEXT = "agreed at Móng Cái\n\nຕົກລົງ\n"

GO_PROGRAM = """
package main

import (
	"encoding/json"
	"os"

	"golang.org/x/mod/sumdb/note"
)

type request struct {
	Sign, Text string
	Verify     []string
	Note       []byte
}

type reply struct {
	Note, Text []byte
	Names      []string
	Error      string
}

func main() {
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	for in.More() {
		var ask request
		if err := in.Decode(&ask); err != nil {
			panic(err)
		}
		answer, err := handle(ask)
		if err != nil {
			answer.Error = err.Error()
		}
		out.Encode(answer)
	}
}

func handle(ask request) (answer reply, err error) {
	if ask.Sign != "" {
		signer, err := note.NewSigner(ask.Sign)
		if err != nil {
			return answer, err
		}
		answer.Note, err = note.Sign(&note.Note{Text: ask.Text}, signer)
		return answer, err
	}
	var known []note.Verifier
	for _, vkey := range ask.Verify {
		verifier, err := note.NewVerifier(vkey)
		if err != nil {
			return answer, err
		}
		known = append(known, verifier)
	}
	opened, err := note.Open(ask.Note, note.VerifierList(known...))
	if err != nil {
		return answer, err
	}
	answer.Text = []byte(opened.Text)
	for _, sig := range opened.Sigs {
		answer.Names = append(answer.Names, sig.Name)
	}
	return answer, nil
}
"""


@pytest.fixture(scope="session")
def go_note(tmp_path_factory):
    """Ask Go's golang.org/x/mod/sumdb/note, built once: a list of requests gives a list of replies."""
    # Where Debian's golang-golang-x-mod-dev puts its sources.
    gopath = os.environ.get("GOPATH", "/usr/share/gocode")
    if shutil.which("go") is None or not os.path.isdir(f"{gopath}/src/golang.org/x/mod"):  # noqa: PTH112 - a test of presence
        message = "Go with golang.org/x/mod is not installed: run scripts/system-packages"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    folder = tmp_path_factory.mktemp("go")
    (folder / "main.go").write_text(GO_PROGRAM)
    environment = {**os.environ, "GO111MODULE": "off", "GOPATH": gopath, "GOCACHE": str(folder / "cache")}
    subprocess.run(
        ["go", "build", "-o", "note", "main.go"], cwd=folder, env=environment, check=True, timeout=240
    )

    def ask(requests):
        text = "\n".join(json.dumps(request) for request in requests)
        done = subprocess.run(
            [folder / "note"], input=text, capture_output=True, text=True, check=True, timeout=60
        )
        return [json.loads(reply) for reply in done.stdout.splitlines()]

    return ask


class TestAgainstGo:
    def test_go_opens_what_we_sign(self, go_note):
        signed = base64.b64encode(sign_note(TEXT, [VN, LA])).decode()
        (reply,) = go_note([{"Verify": [VN.vkey, LA.vkey], "Note": signed}])
        assert reply["Error"] == ""
        assert base64.b64decode(reply["Text"]).decode() == TEXT
        assert reply["Names"] == [VN.name, LA.name]

    def test_we_open_what_go_signs_and_the_bytes_are_equal(self, go_note):
        texts = [TEXT, "\n", "a\n\n\n", "— looks like a signature AAAA\n", "\u2028\ufeff😂\n"]
        for text, reply in zip(
            texts, go_note([{"Sign": VN.skey, "Text": text} for text in texts]), strict=True
        ):
            signed = base64.b64decode(reply["Note"])
            assert signed == sign_note(text, [VN])
            assert verify_note(signed, [VN.vkey]).text == text

    def test_both_give_one_verdict_on_damaged_notes(self, go_note):
        """Where the two differ, ours is the stricter one, and only about how base64 is spelt."""
        right = sign_note("vn.example/hq\n\nx\n", [VN, LA])
        wrong = [
            right[:at] + octet + right[at + 1 :]
            for at in range(len(right))
            for octet in (b"", b"\n", b"A", b" ", b"\xe2", b"\x1f")
        ]
        wrong += [
            right[:at] + octet + right[at:] for at in range(len(right)) for octet in (b"\n", b"=", b"+")
        ]
        wrong += [
            right + f"— w {base64.b64encode(bytes(size)).decode()}\n".encode() for size in (3, 4, 5, 68)
        ]
        vkeys = [VN.vkey]
        replies = go_note([{"Verify": vkeys, "Note": base64.b64encode(data).decode()} for data in wrong])
        accepted = stricter = 0
        for data, reply in zip(wrong, replies, strict=True):
            try:
                opened = verify_note(data, vkeys)
            except note.NoteError as error:
                stricter += not reply["Error"]
                assert reply["Error"] or "base64" in str(error), data  # noqa: PT017 - not every one is refused
            else:
                assert reply["Error"] == "", data
                assert base64.b64decode(reply["Text"]).decode() == opened.text
                accepted += 1
        assert accepted > 10
        assert stricter < len(wrong) / 100

    def test_names_and_keys_are_accepted_alike(self, go_note):
        names = [
            "a",
            "é",
            "a\u00a0b",
            "a\u0085b",
            "a\u1680b",
            "a\u2000",
            "\u200b",
            "\ufeff",
            "a\u2028",
            "a\u202f",
            "a\u205f",
            "a\u3000",
            "\u180e",
        ]
        content = b"\x01" + VN.verifier.key
        encoded = base64.b64encode(content).decode()
        key_ids = [hashlib.sha256(name.encode() + b"\n" + content).hexdigest()[:8] for name in names]
        vkeys = [f"{name}+{key_id}+{encoded}" for name, key_id in zip(names, key_ids, strict=True)]
        replies = go_note([{"Verify": [vkey]} for vkey in vkeys])
        for vkey, reply in zip(vkeys, replies, strict=True):
            if reply["Error"] == "malformed verifier id":
                with pytest.raises(note.NoteKeyError):
                    Verifier.parse(vkey)
            else:
                assert Verifier.parse(vkey).vkey == vkey
