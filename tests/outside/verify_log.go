// Verify_log checks a static export of a log with the checksum database's own code (golang.org/x/mod/sumdb):
// the signature on the checkpoint, the tree over every entry, every tile, and that an older export is a prefix.
// It trusts neither party and shares no code with the program that wrote the export.
//
//	verify_log VKEY EXPORT [OLDER_EXPORT]
//
// The tree is rebuilt from the entries alone. tlog.TileHashReader is not used: the releases that distributions
// carry skip the authentication of some tiles (they start at len(stx), not at the number of distinct tiles).
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

type folder string

// stored holds the hashes of a tree by their storage index.
type stored []tlog.Hash

func (s stored) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(s)) {
			return nil, fmt.Errorf("hash %d is not in the tree", x)
		}
		hashes[i] = s[x]
	}
	return hashes, nil
}

// read returns the file of a tile: tlog-tiles paths lack the height and call records entries.
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

// tiles lists the tiles of one level (-1: the entry bundles) of a tree of size n.
func tiles(level int, n int64) (list []tlog.Tile) {
	count := n
	if level > 0 {
		count = n >> (height * level)
	}
	for start := int64(0); start < count; start += 1 << height {
		width := count - start
		if width > 1<<height {
			width = 1 << height
		}
		list = append(list, tlog.Tile{H: height, L: level, N: start >> height, W: int(width)})
	}
	return list
}

// rebuild computes every hash of the tree from the entry bundles alone.
func (f folder) rebuild(n int64) (hashes stored, err error) {
	for _, tile := range tiles(-1, n) {
		bundle, err := f.read(tile)
		if err != nil {
			return nil, err
		}
		rest := bytes.NewBuffer(bundle)
		for i := 0; i < tile.W; i++ {
			size := rest.Next(2)
			if len(size) < 2 || int(binary.BigEndian.Uint16(size)) > rest.Len() {
				return nil, fmt.Errorf("bundle %d ends within entry %d", tile.N, i)
			}
			entry := rest.Next(int(binary.BigEndian.Uint16(size)))
			more, err := tlog.StoredHashes(tile.N<<height+int64(i), entry, hashes)
			if err != nil {
				return nil, err
			}
			hashes = append(hashes, more...)
		}
		if rest.Len() != 0 {
			return nil, fmt.Errorf("bundle %d has %d bytes too many", tile.N, rest.Len())
		}
	}
	return hashes, nil
}

// check compares the tree of the entries with the signed root and with every tile.
func (f folder) check(tree tlog.Tree, hashes stored) error {
	if tree.N == 0 {
		return fmt.Errorf("the log is empty")
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return err
	}
	if root != tree.Hash {
		return fmt.Errorf("the entries make the root %s, signed is %s", root, tree.Hash)
	}
	for level := 0; tree.N>>(height*level) > 0; level++ {
		for _, tile := range tiles(level, tree.N) {
			want, err := tlog.ReadTileData(tile, hashes)
			if err != nil {
				return err
			}
			if data, err := f.read(tile); err != nil || !bytes.Equal(data, want) {
				return fmt.Errorf("tile %d/%d is not that of the tree (%v)", tile.L, tile.N, err)
			}
		}
	}
	return nil
}

func verify(vkey, export, older string) (tree tlog.Tree, err error) {
	if tree, err = folder(export).head(vkey); err != nil {
		return tree, err
	}
	hashes, err := folder(export).rebuild(tree.N)
	if err != nil {
		return tree, err
	}
	if err = folder(export).check(tree, hashes); err != nil || older == "" {
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
