// Verify_log checks a static export of a log with the checksum database's own code (golang.org/x/mod/sumdb):
// the signature on the checkpoint, every entry against the tree, and that an older export is a prefix of this one.
// It trusts neither party and shares no code with the program that wrote the export.
//
//	verify_log VKEY EXPORT [OLDER_EXPORT]
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8 // tlog-tiles fixes tiles of 256 hashes

// folder reads tlog-tiles paths, which lack the height that the checksum database writes into its own.
type folder string

func (f folder) Height() int                     { return height }
func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(tiles))
	for i, tile := range tiles {
		var err error
		if data[i], err = f.read(tile); err != nil {
			return nil, err
		}
		if len(data[i]) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", tile.Path(), len(data[i]))
		}
	}
	return data, nil
}

func (f folder) read(tile tlog.Tile) ([]byte, error) {
	path := strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", height), "tile/", 1)
	path = strings.Replace(path, "tile/data/", "tile/entries/", 1)
	return os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
}

// head opens the signed checkpoint and reads the three lines of its body.
func (f folder) head(vkey string) (tree tlog.Tree, err error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tree, err
	}
	signed, err := os.ReadFile(filepath.Join(string(f), "checkpoint"))
	if err != nil {
		return tree, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tree, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tree, fmt.Errorf("the checkpoint's origin is not %s", verifier.Name())
	}
	root, err := base64.StdEncoding.DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tree, fmt.Errorf("bad root hash %q", lines[2])
	}
	copy(tree.Hash[:], root)
	tree.N, err = strconv.ParseInt(lines[1], 10, 64)
	return tree, err
}

// entries holds every entry of the bundles against the authenticated leaf hashes.
func (f folder) entries(tree tlog.Tree, hashes tlog.HashReader) error {
	for start := int64(0); start < tree.N; start += 1 << height {
		tile := tlog.Tile{H: height, L: -1, N: start >> height, W: 1 << height}
		if left := tree.N - start; left < int64(tile.W) {
			tile.W = int(left)
		}
		bundle, err := f.read(tile)
		if err != nil {
			return err
		}
		indexes := make([]int64, tile.W)
		for i := range indexes {
			indexes[i] = tlog.StoredHashIndex(0, start+int64(i))
		}
		want, err := hashes.ReadHashes(indexes)
		if err != nil {
			return err
		}
		rest := bytes.NewBuffer(bundle)
		for i := range want {
			size := rest.Next(2)
			if len(size) < 2 {
				return fmt.Errorf("bundle %d ends before entry %d", tile.N, i)
			}
			n := int(binary.BigEndian.Uint16(size))
			entry := rest.Next(n)
			if len(entry) < n || tlog.RecordHash(entry) != want[i] {
				return fmt.Errorf("entry %d is not the one in the tree", start+int64(i))
			}
		}
		if rest.Len() != 0 {
			return fmt.Errorf("bundle %d has %d bytes too many", tile.N, rest.Len())
		}
	}
	return nil
}

func verify(vkey, export, older string) (tree tlog.Tree, err error) {
	tree, err = folder(export).head(vkey)
	if err != nil {
		return tree, err
	}
	hashes := tlog.TileHashReader(tree, folder(export))
	if err = folder(export).entries(tree, hashes); err != nil || older == "" {
		return tree, err
	}
	before, err := folder(older).head(vkey)
	if err != nil {
		return tree, err
	}
	proof, err := tlog.ProveTree(tree.N, before.N, hashes)
	if err != nil {
		return tree, err
	}
	return tree, tlog.CheckTree(proof, tree.N, tree.Hash, before.N, before.Hash)
}

func main() {
	if len(os.Args) < 3 || len(os.Args) > 4 {
		fmt.Fprintln(os.Stderr, "usage: verify_log VKEY EXPORT [OLDER_EXPORT]")
		os.Exit(2)
	}
	tree, err := verify(os.Args[1], os.Args[2], strings.Join(os.Args[3:], ""))
	if err != nil {
		fmt.Fprintln(os.Stderr, "NOT VERIFIED:", err)
		os.Exit(1)
	}
	fmt.Printf("verified: %d entries, root %s\n", tree.N, tree.Hash)
}
