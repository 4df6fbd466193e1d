#!/usr/bin/env node
// An independent verifier of the joint record, written from docs/spec alone: Node.js built-ins, no dependency.
// It shares no code with the Python package, so that a mistake would have to be made twice to go unseen.

import { createHash, createHmac, createPublicKey, diffieHellman, generateKeyPairSync, verify as nodeVerify } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";

const USAGE = `usage:
  comity-verify.mjs vectors FOLDER                the golden vectors, docs/spec/vectors
  comity-verify.mjs log FOLDER VKEY [--opaque]    a static export: checkpoint, tiles, entries, authors, openings
  comity-verify.mjs opening FILE...               opening files
  comity-verify.mjs fork FILE VKEY                a fork proof
  comity-verify.mjs tracklets FILE [FOLDER VKEY]... which tracklets a joint picture counted, held against exports
  comity-verify.mjs cctv FILE [--json]            the Ed25519 rule on the C2SP CCTV vectors
exit: 0 everything holds, 1 something does not (the place is named), 2 wrong usage`;

class Refused extends Error {}
const refuse = (message) => {
  throw new Refused(message);
};
const must = (condition, message) => condition || refuse(message);
/** Run `call`; name `place` in whatever it refuses. */
function at(place, call) {
  try {
    return call();
  } catch (error) {
    if (error instanceof Refused) throw new Refused(`${place}: ${error.message}`);
    throw error;
  }
}

// ---- bytes ------------------------------------------------------------------------------------------------

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ascii = (text) => Buffer.from(text, "utf8");
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const uint = (value, size) => {
  const out = Buffer.alloc(size);
  out.writeUIntBE(value, 0, size);
  return out;
};
const lp = (data) => Buffer.concat([uint(data.length, 4), data]);
const same = (a, b) => Buffer.compare(a, b) === 0;
const b64 = (data) => Buffer.from(data).toString("base64");
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function unb64(text, size, what = "base64") {
  must(typeof text === "string", `${what} is not a string`);
  const data = Buffer.from(text, "base64");
  must(b64(data) === text, `${what} is not standard base64 in its one spelling`);
  must(size === undefined || data.length === size, `${what} has ${data.length} bytes, not ${size}`);
  return data;
}

function decodeUtf8(data) {
  try {
    return utf8.decode(data);
  } catch {
    return refuse("invalid UTF-8");
  }
}

// ---- canonical form: docs/spec/canonical.md -----------------------------------------------------------------

const MAX_DEPTH = 32;

function canonical(value, depth = MAX_DEPTH) {
  if (value === true || value === false) return String(value);
  if (typeof value === "number") {
    must(Number.isInteger(value), "a floating-point number");
    must(Number.isSafeInteger(value), "an integer beyond 2^53 - 1");
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === "string") {
    must(value.isWellFormed(), "a lone surrogate");
    must(value.normalize("NFC") === value, "text not in NFC");
    return JSON.stringify(value);
  }
  must(value !== null && typeof value === "object", "null, or a type that the form does not have");
  must(depth > 0, `more than ${MAX_DEPTH} levels`);
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth - 1)).join(",")}]`;
  const parts = Object.keys(value)
    .sort()
    .map((key) => {
      must(/^[a-z0-9_]+$/.test(key), `key ${JSON.stringify(key)} is not of the form [a-z0-9_]+`);
      return `${JSON.stringify(key)}:${canonical(value[key], depth - 1)}`;
    });
  return `{${parts.join(",")}}`;
}

function decodeCanonical(data, limit = 8192) {
  must(data.length <= limit, `${data.length} bytes where ${limit} are allowed`);
  const text = decodeUtf8(data);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    refuse("not JSON");
  }
  // Equality with its own re-writing refuses doubled keys, white space, other escapes, floats in disguise.
  must(canonical(value) === text, "not the canonical form of its value");
  return value;
}

function exact(value, keys, what) {
  must(isObject(value), `${what} is not an object`);
  const found = Object.keys(value).sort().join(",");
  must(found === [...keys].sort().join(","), `${what} has the keys ${found}, not ${[...keys].sort().join(",")}`);
  return value;
}

const integer = (value, what, least = 0) => {
  must(Number.isSafeInteger(value) && value >= least, `${what} is not an integer from ${least}`);
  return value;
};

// ---- signatures: docs/spec/signature.md ---------------------------------------------------------------------

const P = 2n ** 255n - 19n;
const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const SMALL_ORDER = new Set([
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
]);
const DER = Buffer.from("302a300506032b6570032100", "hex"); // RFC 8410 section 4: what stands before a raw key
const little = (data) => BigInt(`0x${Buffer.from(data).reverse().toString("hex") || "0"}`);

function unsigned(point) {
  const copy = Buffer.from(point);
  copy[31] &= 0x7f;
  return copy;
}
const smallOrder = (point) => SMALL_ORDER.has(unsigned(point).toString("hex"));

const keyObjects = new Map();
function keyObject(key) {
  const name = key.toString("hex");
  if (!keyObjects.has(name)) {
    keyObjects.set(name, createPublicKey({ key: Buffer.concat([DER, key]), format: "der", type: "spki" }));
  }
  return keyObjects.get(name);
}

/** The verdict of the one rule: steps 1 to 4 here; 5 and 6, without cofactor, are OpenSSL's. */
function verifies(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64) return false;
  if (little(signature.subarray(32)) >= L || little(unsigned(key)) >= P) return false;
  if (smallOrder(key) || smallOrder(signature.subarray(0, 32))) return false;
  try {
    return nodeVerify(null, message, keyObject(key), signature);
  } catch {
    return false;
  }
}

const power = (base, exponent) => {
  let result = 1n;
  for (let b = base % P, e = exponent; e > 0n; e >>= 1n, b = (b * b) % P) if (e & 1n) result = (result * b) % P;
  return result;
};

function checkKey(key) {
  must(key.length === 32, `a public key has 32 bytes, not ${key.length}`);
  const y = little(unsigned(key));
  must(y < P, "the key is not in canonical encoding");
  must(!smallOrder(key), "the key is of small order");
  const d = (((P - 121665n) * power(121666n, P - 2n)) % P + P) % P;
  const square = ((y * y - 1n + P) * power(d * y * y + 1n, P - 2n)) % P;
  must(power(square, (P - 1n) / 2n) === 1n, "the key is no point of the curve");
  return key;
}

// ---- trees: RFC 6962 section 2.1 ----------------------------------------------------------------------------

const EMPTY_ROOT = sha256();
const leafHash = (data) => sha256(Buffer.from([0]), data);
const nodeHash = (left, right) => sha256(Buffer.from([1]), left, right);

/** The root of a growing list, kept as complete subtrees from large to small. */
class Range {
  parts = [];
  push(hash) {
    let part = { size: 1, hash };
    while (this.parts.length && this.parts.at(-1).size === part.size) {
      part = { size: part.size * 2, hash: nodeHash(this.parts.pop().hash, part.hash) };
    }
    this.parts.push(part);
  }
  root() {
    return this.parts.length ? this.parts.map((p) => p.hash).reduceRight((right, left) => nodeHash(left, right)) : EMPTY_ROOT;
  }
}
function rootOf(hashes) {
  const range = new Range();
  for (const hash of hashes) range.push(hash);
  return range.root();
}

const split = (size) => {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
};

function proofHashes(list, what = "proof") {
  must(Array.isArray(list) && list.length <= 64, `${what} is not a short list`);
  return list.map((node) => unb64(node, 32, `a hash of ${what}`));
}

/** RFC 6962 section 2.1.1, backwards: the root that a path leads to. */
function rootFromPath(hash, index, size, path) {
  if (size === 1) return must(path.length === 0, "the proof is too long") && hash;
  must(path.length > 0, "the proof is too short");
  const k = split(size);
  const [rest, last] = [path.slice(0, -1), path.at(-1)];
  return index < k
    ? nodeHash(rootFromPath(hash, index, k, rest), last)
    : nodeHash(last, rootFromPath(hash, index - k, size - k, rest));
}

function verifyInclusion(hash, index, size, path, root) {
  for (const item of [hash, root, ...path]) must(item.length === 32, "a hash has not 32 bytes");
  must(integer(index, "index") < integer(size, "size"), "the index lies outside the tree");
  must(same(rootFromPath(hash, index, size, path), root), "the proof leads to another root");
}

/** RFC 6962 section 2.1.2, backwards: old and new root that SUBPROOF(old, D[size], whole) leads to. */
function rootsFromProof(old, size, path, whole, known) {
  if (old === size) {
    if (whole) return must(path.length === 0, "the proof is too long") && [known, known];
    must(path.length === 1, "the proof has a wrong length");
    return [path[0], path[0]];
  }
  must(path.length > 0, "the proof is too short");
  const k = split(size);
  const [rest, last] = [path.slice(0, -1), path.at(-1)];
  if (old <= k) {
    const [a, b] = rootsFromProof(old, k, rest, whole, known);
    return [a, nodeHash(b, last)];
  }
  const [a, b] = rootsFromProof(old - k, size - k, rest, false, known);
  return [nodeHash(last, a), nodeHash(last, b)];
}

function verifyConsistency(size1, size2, path, root1, root2) {
  for (const item of [root1, root2, ...path]) must(item.length === 32, "a hash has not 32 bytes");
  must(integer(size1, "size1") <= integer(size2, "size2"), "the sizes go down");
  if (size1 === 0) return must(path.length === 0 && same(root1, EMPTY_ROOT), "the empty tree has one root and no proof");
  const [old, now] = rootsFromProof(size1, size2, path, true, root1);
  must(same(old, root1) && same(now, root2), "the proof leads to other roots");
}

// ---- notes and checkpoints: C2SP signed-note, tlog-checkpoint, tlog-cosignature -------------------------------

const SIGNED = 1;
const COSIGNED = 4;
const keyId = (name, type, key) => sha256(ascii(`${name}\n`), Buffer.from([type]), key).subarray(0, 4);

function parseVkey(vkey) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+(.+)$/.exec(vkey);
  must(match, "not a verifier key name+id+key");
  const data = unb64(match[3], 33, "the verifier key");
  const [name, type, key] = [match[1], data[0], checkKey(data.subarray(1))];
  must(type === SIGNED || type === COSIGNED, `a key of type ${type}`);
  must(keyId(name, type, key).toString("hex") === match[2], "the id of the verifier key is not its key's");
  return { name, type, key, id: match[2] };
}

function parseSignatureLine(line) {
  const match = /^\u2014 ([^\s+]+) (\S+)$/u.exec(line);
  must(match, "a signature line is malformed");
  const data = unb64(match[2], undefined, "a signature line");
  must(data.length > 4, "a signature line is too short");
  return { name: match[1], id: data.subarray(0, 4).toString("hex"), blob: data.subarray(4) };
}

function splitNote(note) {
  must(note.length <= 1 << 20, "the note is too large");
  const text = decodeUtf8(note);
  must(!/[\u0000-\u0009\u000b-\u001f]/.test(text), "the note holds control characters");
  const end = text.lastIndexOf("\n\n");
  must(end >= 0 && text.endsWith("\n") && end + 2 < text.length, "the note is not text, blank line, signature lines");
  const lines = text.slice(end + 2, -1).split("\n");
  must(lines.length <= 100, "the note has too many signatures");
  return { text: ascii(text.slice(0, end + 1)), signatures: lines.map(parseSignatureLine) };
}

function parseCheckpoint(text) {
  const lines = decodeUtf8(text).split("\n");
  must(lines.length >= 4 && lines.pop() === "" && !lines.includes(""), "a checkpoint has at least three lines, none empty");
  const [origin, size, root] = lines;
  must(/^(0|[1-9][0-9]{0,15})$/.test(size) && Number.isSafeInteger(Number(size)), "the size of the checkpoint is malformed");
  return { origin, size: Number(size), root: unb64(root, 32, "the root of the checkpoint") };
}

function openCheckpoint(note, vkey) {
  const verifier = parseVkey(vkey);
  must(verifier.type === SIGNED, "a cosigner's key signs no checkpoint of a log");
  const { text, signatures } = splitNote(note);
  const own = signatures.filter((s) => s.name === verifier.name && s.id === verifier.id);
  must(own.length > 0, `no signature by the key of ${verifier.name}`);
  for (const s of own) must(verifies(verifier.key, text, s.blob), `the signature of ${s.name} does not verify`);
  const head = parseCheckpoint(text);
  must(head.origin === verifier.name, `the origin is ${head.origin}, the key's name ${verifier.name}`);
  must(head.size > 0 || same(head.root, EMPTY_ROOT), "the empty tree has another root");
  return head;
}

function cosignatureTime(note, line, vkey) {
  const verifier = parseVkey(vkey);
  must(verifier.type === COSIGNED, "not a cosigner's key");
  const found = parseSignatureLine(line.endsWith("\n") ? line.slice(0, -1) : line);
  must(found.name === verifier.name && found.id === verifier.id, "the line is by another key");
  must(found.blob.length === 72, "a cosignature has a time and 64 bytes");
  const seconds = found.blob.readBigUInt64BE(0);
  const { text } = splitNote(note);
  parseCheckpoint(text);
  const message = Buffer.concat([ascii(`cosignature/v1\ntime ${seconds}\n`), text]);
  must(verifies(verifier.key, message, found.blob.subarray(8)), "the cosignature does not verify");
  return Number(seconds);
}

// ---- entries: docs/spec/entry.md ----------------------------------------------------------------------------

const NAME = "[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?";
const ORIGIN = new RegExp(`^${NAME}/${NAME}(?:~[1-9][0-9]{0,5})?$`);
const EXTRA = { record: [], protocol: ["refs"], anchor: ["heads"], charter: ["charter"] };
const checkOrigin = (value) => must(typeof value === "string" && ORIGIN.test(value), "not an origin") && value;
const items = (value, what) =>
  must(Array.isArray(value) && value.length > 0 && value.length <= 32, `${what} is not a list of 1 to 32`) && value;

function parseEntry(leaf) {
  must(leaf.length > 0 && leaf.length <= 8192, `a leaf of ${leaf.length} bytes`);
  const end = leaf.indexOf(10);
  must(end >= 0, "no newline between body and signature");
  const body = leaf.subarray(0, end);
  const signature = unb64(leaf.subarray(end + 1).toString("latin1"), 64, "the signature line");
  const value = decodeCanonical(body);
  must(isObject(value) && Object.hasOwn(EXTRA, value.outer), "not a body with a known outer");
  exact(value, ["v", "origin", "id", "outer", "commit", "n", "key", ...EXTRA[value.outer]], `a ${value.outer} entry`);
  must(value.v === 1, "another version");
  const bare = value.outer === "anchor" || value.outer === "charter";
  const entry = {
    body,
    signature,
    origin: checkOrigin(value.origin),
    id: unb64(value.id, 16, "id"),
    outer: value.outer,
    commit: unb64(value.commit, 32, "commit"),
    n: integer(value.n, "n"),
    key: unb64(value.key, 32, "key"),
  };
  must(same(entry.commit, EMPTY_ROOT) === bare, "the empty commitment belongs to anchors and charters, and to them only");
  must(bare ? entry.n === 0 : entry.n % 8 === 0 && entry.n > 0 && entry.n <= 1024, `n is ${entry.n}`);
  if (value.outer === "protocol") entry.refs = items(value.refs, "refs").map(checkRef);
  if (value.outer === "anchor") entry.heads = checkHeads(items(value.heads, "heads"), value.origin);
  if (value.outer === "charter") {
    const named = exact(value.charter, ["version", "digest"], "charter");
    entry.charter = { version: integer(named.version, "version", 1), digest: unb64(named.digest, 32, "digest") };
  }
  return entry;
}

function checkRef(ref) {
  exact(ref, ["origin", "index", "leaf"], "a ref");
  checkOrigin(ref.origin);
  integer(ref.index, "index");
  unb64(ref.leaf, 32, "leaf");
  return ref;
}

function checkHeads(heads, own) {
  for (const head of heads) {
    exact(head, ["origin", "size", "root"], "a head");
    must(checkOrigin(head.origin) !== own, "an anchor of its own log");
    const empty = same(unb64(head.root, 32, "root"), EMPTY_ROOT);
    must(empty === (integer(head.size, "size") === 0), "the empty root belongs to size 0");
  }
  must(new Set(heads.map((head) => head.origin)).size === heads.length, "an origin twice");
  return heads;
}

function verifyAuthor(entry, key) {
  must(same(sha256(key), entry.key), "the entry names another key");
  const message = Buffer.concat([ascii("comity/entry/v1\n"), entry.body]);
  must(verifies(key, message, entry.signature), "the author's signature does not verify");
}

// ---- commitments and openings: docs/spec/commitment.md, docs/spec/opening.md ----------------------------------

const expand = (key, info) => createHmac("sha256", key).update(info).update(Buffer.from([1])).digest();
const saltOf = (key, path) => expand(key, Buffer.concat([ascii("comity/salt/v1\n"), lp(ascii(path))]));
const decoyOf = (key, slot) => expand(key, Buffer.concat([ascii("comity/decoy/v1\n"), uint(slot, 2)]));

function fieldDigest(place, field, salt) {
  return sha256(
    ascii("comity/field/v1\n"),
    lp(ascii(place.origin)),
    place.id,
    lp(ascii(place.kind)),
    uint(field.slot, 2),
    salt,
    lp(ascii(field.path)),
    ascii(canonical(field.value)),
  );
}

function checkSlots(fields, n) {
  must(n % 8 === 0 && n > 0 && n <= 1024, `n is ${n}`);
  const [slots, paths] = [new Set(), new Set()];
  let last = -1;
  for (const { slot, path } of fields) {
    must(Number.isSafeInteger(slot) && slot >= 0 && slot < n, `slot ${slot} lies outside ${n} slots`);
    must(typeof path === "string" && path.length <= 128 && /^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(path), "not a path");
    must(!slots.has(slot), `slot ${slot} stands twice`);
    must(!paths.has(path), `path ${path} stands twice`);
    must(slot > last, "slots are out of order");
    slots.add(slot);
    paths.add(path);
    last = slot;
  }
}

function slotDigests(place, fields, n, recordKey) {
  checkSlots(fields, n);
  const bySlot = new Map(fields.map((field) => [field.slot, field]));
  return Array.from({ length: n }, (_, slot) => {
    const field = bySlot.get(slot);
    return field ? fieldDigest(place, field, saltOf(recordKey, field.path)) : decoyOf(recordKey, slot);
  });
}

function parseFull(value) {
  exact(value, ["v", "origin", "id", "kind", "record_key", "fields"], "a full opening");
  must(value.v === 1 && typeof value.kind === "string" && Array.isArray(value.fields), "a malformed full opening");
  for (const field of value.fields) exact(field, ["slot", "path", "value"], "a field");
  return {
    origin: checkOrigin(value.origin),
    id: unb64(value.id, 16, "id"),
    kind: value.kind,
    recordKey: unb64(value.record_key, 32, "record_key"),
    fields: value.fields,
  };
}

function verifyFull(value, entry) {
  const full = parseFull(value);
  must(full.origin === entry.origin, "the opening is for another log");
  must(same(full.id, entry.id), "the opening is for another record");
  const digests = slotDigests(full, full.fields, entry.n, full.recordKey);
  must(same(rootOf(digests.map(leafHash)), entry.commit), "the fields give another commitment");
}

const pathLength = (index, size) => {
  if (size <= 1) return 0;
  const k = split(size);
  return 1 + (index < k ? pathLength(index, k) : pathLength(index - k, size - k));
};

function verifyOpening(opening, entry, kind) {
  exact(opening, ["path", "slot", "value", "salt", "proof"], "an opening");
  must(typeof kind === "string", "the kind is not a string");
  checkSlots([opening], entry.n);
  const path = proofHashes(opening.proof);
  must(path.length === pathLength(opening.slot, entry.n), "the proof has a wrong number of hashes");
  const digest = fieldDigest({ origin: entry.origin, id: entry.id, kind }, opening, unb64(opening.salt, 32, "salt"));
  verifyInclusion(leafHash(digest), opening.slot, entry.n, path, entry.commit);
}

/** An opening file; returns its entry and what it shows. */
function verifyOpeningFile(data) {
  const value = decodeCanonical(data, 2 << 20);
  must(isObject(value) && value.v === 1, "not an opening file of version 1");
  const entry = at("leaf", () => parseEntry(unb64(value.leaf, undefined, "leaf")));
  if (Object.hasOwn(value, "full")) {
    exact(value, ["v", "leaf", "full"], "an opening file");
    verifyFull(value.full, entry);
    return { entry, shown: `all ${value.full.fields.length} fields`, kind: value.full.kind };
  }
  exact(value, ["v", "leaf", "kind", "openings"], "an opening file");
  must(Array.isArray(value.openings) && value.openings.length > 0, "no openings");
  checkSlots(value.openings, entry.n);
  for (const opening of value.openings) at(`field ${opening.path}`, () => verifyOpening(opening, entry, value.kind));
  return { entry, shown: value.openings.map((o) => o.path).join(", "), kind: value.kind };
}

// ---- charters: docs/spec/charter.md -------------------------------------------------------------------------

/** Note type of a role's keys, if it has one, and how many keys it may list. */
const ROLES = {
  root: { type: SIGNED, most: 16 },
  log: { type: SIGNED, most: 4 },
  witness: { type: COSIGNED, most: 4 },
  mirror: { type: COSIGNED, most: 4 },
  office: { most: 32 },
  enrol: { most: 4 },
  release: { most: 8 },
  erase: { most: 8 },
  hpke: { most: 24 },
  tls: { most: 4 },
  http: { most: 4 },
};
const OFFICES = ["office", "enrol", "release", "erase"];
const MONTH = /^[0-9]{4}-(0[1-9]|1[0-2])$/;
const unique = (list, what) => must(new Set(list).size === list.length, what);

function texts(value, what, most = 256) {
  must(isObject(value) && Object.hasOwn(value, "en"), `${what} has no English text`);
  for (const [language, text] of Object.entries(value)) {
    const good = /^[a-z]{2,3}$/.test(language) && typeof text === "string" && text && [...text].length <= most;
    must(good, `${what}: ${language} is malformed`);
  }
}

/** FIPS 203 section 7.2: every coefficient, 12 bits each, lies below 3329. */
function checkLattice(key) {
  for (let i = 0; i < 1152; i += 3) {
    const [a, b] = [key[i] | ((key[i + 1] & 15) << 8), (key[i + 1] >> 4) | (key[i + 2] << 4)];
    must(a < 3329 && b < 3329, "an hpke key is no ML-KEM key");
  }
}

/** RFC 7748 section 6.1: with a point of small order everybody computes zero. */
function checkCurve(point) {
  const own = generateKeyPairSync("x25519").privateKey;
  const der = Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), point]);
  try {
    diffieHellman({ privateKey: own, publicKey: createPublicKey({ key: der, format: "der", type: "spki" }) });
  } catch {
    refuse("an hpke key is a point of small order");
  }
}

function roleLine(role, line) {
  if (ROLES[role].type) {
    exact(line, ["name", "vkey"], `a key of ${role}`);
    must(typeof line.vkey === "string", "a vkey is not a string");
    const key = at(`a ${role} key`, () => parseVkey(line.vkey));
    must(key.name === line.name && key.type === ROLES[role].type, `a ${role} key has another name or type`);
    return { ...key, role, vkey: line.vkey, keyId: sha256(key.key) };
  }
  if (role === "hpke") {
    exact(line, ["month", "key"], "an hpke key");
    must(typeof line.month === "string" && MONTH.test(line.month), "an hpke key has no month");
    const key = unb64(line.key, 1216, "an hpke key");
    checkLattice(key);
    checkCurve(key.subarray(1184));
    return { role, month: line.month, keyId: sha256(key) };
  }
  if (role === "tls") {
    exact(line, ["spki"], "a tls pin");
    return { role, keyId: unb64(line.spki, 32, "a tls pin") };
  }
  exact(line, OFFICES.includes(role) ? ["name", "key", "title"] : ["name", "key"], `a key of ${role}`);
  const form = role === "http" ? /^[a-z0-9][a-z0-9/~.-]{0,126}$/ : /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/;
  must(typeof line.name === "string" && form.test(line.name), `the name of a key of ${role} is malformed`);
  if (role !== "http") texts(line.title, `the title of ${line.name}`);
  const key = at(`the key of ${line.name}`, () => checkKey(unb64(line.key, 32, "key")));
  return { role, name: line.name, key, keyId: sha256(key) };
}

function parseRoles(value) {
  must(isObject(value), "roles is not an object");
  for (const role of ["root", "log", "office"]) must(Object.hasOwn(value, role), `no ${role} keys`);
  const [lines, thresholds] = [[], {}];
  for (const [role, part] of Object.entries(value)) {
    must(Object.hasOwn(ROLES, role), `role ${role} is unknown`);
    exact(part, ["threshold", "keys"], `role ${role}`);
    const listed = Array.isArray(part.keys) ? part.keys.length : 0;
    must(listed > 0 && listed <= ROLES[role].most, `role ${role} has not 1 to ${ROLES[role].most} keys`);
    const most = role === "root" ? listed : role === "release" || role === "erase" ? 16 : 1;
    must(integer(part.threshold, `the threshold of ${role}`, 1) <= most, `the threshold of ${role} is too high`);
    thresholds[role] = part.threshold;
    lines.push(...part.keys.map((line) => roleLine(role, line)));
  }
  return { lines, thresholds };
}

function parseCharterDocument(data) {
  const value = decodeCanonical(data, 65536);
  const keys = ["v", "party", "origin", "version", "expires", "roles", "revoked", "names", "colour"];
  const later = isObject(value) && Object.hasOwn(value, "follows") ? ["follows"] : [];
  const previous = isObject(value) && value.version === 1 ? [] : ["previous"];
  exact(value, [...keys, ...previous, ...later], "the charter");
  must(value.v === 1 && /^#[0-9a-f]{6}$/.test(value.colour), "another version, or a malformed colour");
  integer(value.version, "version", 1);
  integer(value.expires, "expires", 1);
  must(checkOrigin(value.origin).split("/")[0] === value.party, "the origin is of another party");
  if (later.length) {
    exact(value.follows, ["origin", "size", "root"], "follows");
    integer(value.follows.size, "the size of follows", 1);
    unb64(value.follows.root, 32, "the root of follows");
    const [name, epoch] = checkOrigin(value.follows.origin).split("~");
    must(value.origin === `${name}~${Number(epoch ?? 0) + 1}`, "the origin is not the next epoch of the log that it follows");
  }
  texts(value.names, "names");
  const { lines, thresholds } = parseRoles(value.roles);
  const signing = lines.filter((line) => line.key);
  for (const line of lines) must(line.role !== "log" || line.name === value.origin, "a log key has another name than the log");
  unique(signing.map((line) => line.key.toString("hex")), "two roles or offices share a key");
  const named = signing.filter((line) => line.role !== "log").map((line) => line.name);
  unique([...named, value.origin], "two roles or offices share a name");
  unique(lines.filter((line) => line.month).map((line) => line.month), "two hpke keys serve one month");
  unique(lines.map((line) => line.keyId.toString("hex")), "a key is listed twice");
  must(Array.isArray(value.revoked) && value.revoked.length <= 256, "revoked is not a list of up to 256");
  const revoked = new Map();
  for (const item of value.revoked) {
    exact(item, ["key", "from"], "an item of revoked");
    const id = unb64(item.key, 32, "a revoked key").toString("hex");
    must(!revoked.has(id), "a key is revoked twice");
    revoked.set(id, integer(item.from, "from"));
  }
  for (const line of lines) must(!revoked.has(line.keyId.toString("hex")), "a revoked key is listed with a role");
  return {
    party: value.party,
    origin: value.origin,
    version: value.version,
    digest: sha256(data),
    previous: value.version === 1 ? undefined : unb64(value.previous, 32, "previous"),
    follows: value.follows,
    threshold: thresholds.root,
    roots: lines.filter((line) => line.role === "root"),
    logs: lines.filter((line) => line.role === "log"),
    offices: new Map(lines.filter((line) => OFFICES.includes(line.role)).map((line) => [line.keyId.toString("hex"), line])),
    revoked,
  };
}

/** How many of a charter's root keys signed a note. A line under a root's name and id must verify. */
function rootsThatSigned({ text, signatures }, roots) {
  const signed = roots.filter((root) => {
    const own = signatures.filter((s) => s.name === root.name && s.id === root.id);
    for (const s of own) must(verifies(root.key, text, s.blob), `the signature of ${s.name} does not verify`);
    return own.length > 0;
  });
  return signed.length;
}

function parseCharter(data) {
  must(data.length <= 1 << 17, "the note is too large");
  const note = splitNote(data);
  const charter = { ...parseCharterDocument(note.text.subarray(0, -1)), note };
  const signed = rootsThatSigned(note, charter.roots);
  must(signed >= charter.threshold, `${signed} of the ${charter.threshold} root keys needed signed the charter`);
  return charter;
}

function fingerprint(digest) {
  const bits = [...digest.subarray(0, 20)].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const text = bits.match(/.{5}/g).map((five) => "abcdefghijklmnopqrstuvwxyz234567"[parseInt(five, 2)]).join("");
  return text.match(/.{4}/g).join(" ");
}

/** The leaf that names a version of the charter, signed by a root key of that version. */
function verifyCharterLeaf(charter, leaf, what) {
  const entry = parseEntry(leaf);
  must(entry.charter && entry.origin === charter.origin, `${what} is no charter entry of this log`);
  must(same(entry.charter.digest, charter.digest) && entry.charter.version === charter.version, `${what} names another charter`);
  const root = charter.roots.find((line) => same(line.keyId, entry.key));
  must(root, `${what}: the entry names another key than the charter's roots`);
  verifyAuthor(entry, root.key);
  return entry;
}

function verifyFirst(charter, leaf) {
  must(charter.version === 1, "leaf 0 names version 1 of a charter");
  return verifyCharterLeaf(charter, leaf, "leaf 0");
}

/** The versions of a charter in the order of their leaves: docs/spec/charter.md, Succession. */
class Trust {
  constructor(charter, leaf) {
    verifyFirst(charter, leaf);
    this.versions = [{ start: 0, charter }];
  }
  get current() {
    return this.versions.at(-1).charter;
  }
  accept(charter, leaf, index) {
    const old = this.current;
    must(charter.origin === old.origin && charter.party === old.party, "the charter is of another log");
    must(charter.version > old.version, "a version was shown that is no newer than the one in force");
    must(charter.version === old.version + 1, "a version was skipped");
    must(JSON.stringify(charter.follows) === JSON.stringify(old.follows), "the charter goes on from another log than the one in force");
    must(same(charter.previous, old.digest), "the charter was made from another predecessor");
    const signed = rootsThatSigned(charter.note, old.roots);
    must(signed >= old.threshold, `${signed} of the ${old.threshold} root keys in force signed the next version`);
    for (const [id, from] of old.revoked) must(charter.revoked.get(id) <= from, "a revocation was taken back");
    const entry = verifyCharterLeaf(charter, leaf, `leaf ${index}`);
    must(index > this.versions.at(-1).start, "a version stands before its predecessor");
    must(!(charter.revoked.get(entry.key.toString("hex")) <= index), "the root key is revoked");
    this.versions.push({ start: index, charter });
    return entry;
  }
  verifyEntry(entry, index) {
    const charter = this.versions.filter(({ start }) => start <= index).at(-1).charter;
    must(entry.origin === charter.origin, `the entry was written for ${entry.origin}`);
    if (entry.outer === "charter") {
      must(this.versions.some((v) => v.start === index && same(v.charter.digest, entry.charter.digest)), "a charter entry names no version in force");
      return;
    }
    const id = entry.key.toString("hex");
    const office = charter.offices.get(id);
    must(office, "the charter lists no such office key");
    verifyAuthor(entry, office.key);
    this.checkRevoked(entry, index);
  }
  checkRevoked(entry, index) {
    const from = this.current.revoked.get(entry.key.toString("hex"));
    must(entry.outer === "charter" || !(from <= index), `the key is revoked from entry ${from} on`);
  }
}

// ---- compacts: docs/spec/compact.md --------------------------------------------------------------------------

function parseMember(item) {
  exact(item, ["party", "role", "names", "logs"], "a member");
  must(typeof item.party === "string" && /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(item.party), "a party is malformed");
  must(item.role === "party" || item.role === "observer", "a member is neither party nor observer");
  texts(item.names, "names");
  must(Array.isArray(item.logs) && item.logs.length <= 32, "logs is not a short list");
  must(item.role === "observer" || item.logs.length > 0, `party ${item.party} has no log`);
  for (const log of item.logs) {
    exact(log, ["origin", "version", "digest"], "a log");
    must(checkOrigin(log.origin).split("/")[0] === item.party, `${log.origin} is not a log of ${item.party}`);
    integer(log.version, "version", 1);
    unb64(log.digest, 32, "digest");
  }
  return item;
}

const list = (value, what, least, most) =>
  must(Array.isArray(value) && value.length >= least && value.length <= most, `${what} is not a list of ${least} to ${most}`) && value;

function parseCompact(data) {
  const note = splitNote(data);
  const document = note.text.subarray(0, -1);
  const value = decodeCanonical(document, 65536);
  const keys = ["v", "name", "version", "title", "members", "vocabularies", "retention", "policies", "deadlines", "rules"];
  exact(value, isObject(value) && value.version === 1 ? keys : [...keys, "previous"], "the compact");
  must(value.v === 1 && integer(value.version, "version", 1), "another version of the form");
  if (value.version > 1) unb64(value.previous, 32, "previous");
  must(typeof value.name === "string" && /^[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?$/.test(value.name), "the name is malformed");
  texts(value.title, "title");
  const members = list(value.members, "members", 2, 32).map(parseMember);
  unique(members.map((member) => member.party), "a party is listed twice");
  unique(members.flatMap((member) => member.logs.map((log) => log.origin)), "a log is listed twice");
  must(members.some((member) => member.role === "party"), "observers alone");
  const label = (text) => typeof text === "string" && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text);
  for (const item of list(value.vocabularies, "vocabularies", 0, 64)) {
    exact(item, ["name", "version", "digest"], "a vocabulary");
    must(label(item.name) && label(item.version) && unb64(item.digest, 32, "digest"), "a vocabulary is malformed");
  }
  unique(value.vocabularies.map((item) => item.name), "a vocabulary is listed twice");
  for (const item of list(value.retention, "retention", 1, 64)) {
    exact(item, ["class", "months"], "a retention class");
    must(/^[a-z0-9][a-z0-9_-]{0,31}$/.test(item.class) && integer(item.months, "months", 1), "a retention class is malformed");
  }
  unique(value.retention.map((item) => item.class), "a retention class is listed twice");
  for (const item of list(value.policies, "policies", 0, 64)) {
    exact(item, ["kinds", "audience"], "a policy");
    must(/^[a-z][a-z0-9_]*\.(\*|[a-z][a-z0-9_]*)$/.test(item.kinds), "the kinds of a policy are malformed");
    must(item.audience === "parties" || item.audience === "members", "an unknown audience");
  }
  unique(value.policies.map((item) => `${item.kinds} ${item.audience}`), "a policy is listed twice");
  exact(value.deadlines, ["erase_ack_days", "round_grace_hours"], "deadlines");
  integer(value.deadlines.erase_ack_days, "erase_ack_days", 1);
  integer(value.deadlines.round_grace_hours, "round_grace_hours");
  for (const rule of list(value.rules, "rules", 0, 64)) texts(rule, "a rule", 2000);
  return { note, digest: sha256(document), members, policies: value.policies };
}

/** Every party signed, by the threshold of one of its trusted charters. */
function verifyCompact(compact, charters) {
  for (const member of compact.members) {
    const counts = member.logs.map((log) => {
      const charter = charters.find((known) => known.origin === log.origin);
      must(charter && charter.party === member.party, `the charter of ${log.origin} is not known`);
      must(charter.version === log.version && b64(charter.digest) === log.digest, `${log.origin} has another charter`);
      return rootsThatSigned(compact.note, charter.roots) >= charter.threshold;
    });
    must(member.role === "observer" || counts.includes(true), `${member.party} did not sign`);
  }
  return compact;
}

function standsGranted(compact, kind, party) {
  const member = compact.members.find((item) => item.party === party);
  const covers = (kinds) => (kinds.endsWith("*") ? kind.startsWith(kinds.slice(0, -1)) : kinds === kind);
  const reaches = (audience) => audience === "members" || member.role === "party";
  return Boolean(member) && compact.policies.some((item) => covers(item.kinds) && reaches(item.audience));
}

// ---- a static export: C2SP tlog-tiles -----------------------------------------------------------------------

function indexPath(index) {
  let text = String(index % 1000).padStart(3, "0");
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    text = `x${String(rest % 1000).padStart(3, "0")}/${text}`;
  }
  return text;
}
const tilePath = (level, index, width) => `tile/${level}/${indexPath(index)}${width === 256 ? "" : `.p/${width}`}`;

function decodeBundle(data, count) {
  const entries = [];
  let offset = 0;
  for (let i = 0; i < count; i += 1) {
    must(offset + 2 <= data.length, `the bundle ends before entry ${i}`);
    const end = offset + 2 + data.readUInt16BE(offset);
    must(end <= data.length, `the bundle ends within entry ${i}`);
    entries.push(data.subarray(offset + 2, end));
    offset = end;
  }
  must(offset === data.length, `${data.length - offset} bytes follow the last entry`);
  return entries;
}

/** Reads the files of an export and remembers which it read. */
class Export {
  constructor(folder) {
    this.folder = folder;
    this.read = new Set();
  }
  file(path) {
    must(existsSync(join(this.folder, path)), "the file is missing");
    this.read.add(path);
    return readFileSync(join(this.folder, path));
  }
  rest(prefix) {
    if (!existsSync(join(this.folder, prefix))) return [];
    return readdirSync(join(this.folder, prefix), { recursive: true })
      .map((name) => join(this.folder, prefix, name))
      .filter((path) => statSync(path).isFile())
      .map((path) => relative(this.folder, path).replaceAll("\\", "/"))
      .filter((path) => !this.read.has(path))
      .sort();
  }
}

/** Check one level of tiles against the hashes that the level below gives; return the hashes of the full ones. */
function checkLevel(source, level, hashes) {
  const above = [];
  for (let index = 0; index * 256 < hashes.length; index += 1) {
    const slice = hashes.slice(index * 256, index * 256 + 256);
    const path = tilePath(level, index, slice.length);
    at(path, () => must(same(source.file(path), Buffer.concat(slice)), "the tile holds other hashes than the entries give"));
    if (slice.length === 256) above.push(rootOf(slice));
  }
  return above;
}

function checkBundles(source, size, each) {
  const range = new Range();
  const hashes = [];
  for (let index = 0; index * 256 < size; index += 1) {
    const width = Math.min(256, size - index * 256);
    const path = tilePath("entries", index, width);
    const entries = at(path, () => decodeBundle(source.file(path), width));
    entries.forEach((leaf, offset) => {
      const hash = leafHash(leaf);
      range.push(hash);
      hashes.push(hash);
      each(leaf, index * 256 + offset, path);
    });
  }
  return { root: range.root(), hashes };
}

/** Older partial tiles and bundles may stay; they must say the same as the full ones. */
function checkOldPartials(source, hashes, leaves) {
  let checked = 0;
  for (const path of source.rest("tile")) {
    const match = /^tile\/(entries|[0-7])\/((?:x[0-9]{3}\/)*[0-9]{3})\.p\/([1-9][0-9]{0,2})$/.exec(path);
    if (!match || !["0", "entries"].includes(match[1])) continue;
    const [start, width] = [Number(match[2].replace(/[x/]/g, "")) * 256, Number(match[3])];
    if (start + width > hashes.length) continue;
    at(path, () => {
      const data = source.file(path);
      const found = match[1] === "0" ? data : Buffer.concat(decodeBundle(data, width).map(leafHash));
      must(same(found, Buffer.concat(hashes.slice(start, start + width))), "an older partial file says something else");
    });
    checked += 1;
  }
  return { checked, leaves };
}

function checkOpenings(source, entries) {
  let opened = 0;
  for (const path of source.rest("openings")) {
    const match = /^openings\/((?:x[0-9]{3}\/)*[0-9]{3})$/.exec(path);
    at(path, () => {
      must(match, "not a name of an openings file");
      const bundle = Number(match[1].replace(/[x/]/g, ""));
      must(`openings/${indexPath(bundle)}` === path, "not how this number is written");
      const data = source.file(path);
      must(data.length === 0 || data.at(-1) === 10, "the last line is cut");
      let last = -1;
      splitLines(data).forEach((line, number) => {
        at(`line ${number + 1}`, () => {
          const full = decodeCanonical(line, 1 << 20);
          const found = entries.get(isObject(full) ? String(full.id) : "");
          must(found && Math.floor(found.index / 256) === bundle, "opens no entry of this bundle");
          must(found.index > last, "not in the order of the entries");
          last = found.index;
          at(`entry ${found.index}`, () => verifyFull(full, found.entry));
          opened += 1;
        });
      });
    });
  }
  return opened;
}

function splitLines(data) {
  const lines = [];
  for (let start = 0; start < data.length; ) {
    const end = data.indexOf(10, start);
    lines.push(data.subarray(start, end));
    start = end + 1;
  }
  return lines;
}

/**
 * The charters of an export: `charter` is the newest, `charters/N` each version where there are several. A
 * revocation may reach back, so revocations are judged again when every entry was seen.
 */
class Charters {
  constructor(source) {
    this.source = source;
    this.newest = at("charter", () => parseCharter(source.file("charter")));
    this.entries = [];
  }
  get current() {
    return this.trust.current;
  }
  version(number) {
    if (number === this.newest.version) return this.newest;
    return at(`charters/${number}`, () => parseCharter(this.source.file(`charters/${number}`)));
  }
  judge(leaf, index) {
    if (index === 0) this.trust = new Trust(this.version(1), leaf);
    const entry = parseEntry(leaf);
    if (index > 0 && entry.charter) this.trust.accept(this.version(entry.charter.version), leaf, index);
    this.trust.verifyEntry(entry, index);
    this.entries.push(entry);
    return entry;
  }
  judgeAll() {
    this.entries.forEach((entry, index) => at(`entry ${index}`, () => this.trust.checkRevoked(entry, index)));
    at("charter", () => must(this.current === this.newest, "the log does not name the newest version"));
  }
}

function verifyLog(folder, vkey, opaque) {
  const source = new Export(folder);
  const head = at("checkpoint", () => openCheckpoint(source.file("checkpoint"), vkey));
  console.log(`checkpoint   ${head.origin}, ${head.size} entries, root ${b64(head.root)}, signed`);
  const trust = opaque || head.size === 0 ? undefined : new Charters(source);
  const [entries, counts] = [new Map(), {}];
  let repeated = 0;
  const { root, hashes } = checkBundles(source, head.size, (leaf, index, path) => {
    if (opaque) return;
    at(`${path}, entry ${index}`, () => {
      const entry = trust.judge(leaf, index);
      counts[entry.outer] = (counts[entry.outer] ?? 0) + 1;
      const id = b64(entry.id);
      if (entries.has(id)) repeated += 1; // the first counts: docs/spec/entry.md
      else entries.set(id, { entry, index });
    });
  });
  let [level, tiles] = [0, 0];
  for (let row = hashes; row.length > 0; level += 1) {
    tiles += Math.ceil(row.length / 256);
    row = checkLevel(source, level, row);
  }
  at("checkpoint", () => must(same(root, head.root), "the entries give another root than the one signed"));
  const old = checkOldPartials(source, hashes);
  console.log(`tree         ${hashes.length} leaf hashes, ${tiles} tiles in ${level} levels, root reproduced`);
  if (old.checked) console.log(`older files  ${old.checked} partial files agree`);
  if (opaque) {
    console.log("entries      opaque: neither form nor authors were checked");
    return { origin: head.origin, hashes };
  }
  trust?.judgeAll();
  if (trust) {
    const charter = trust.current;
    at("charter", () => must(charter.logs.some((log) => log.id === parseVkey(vkey).id), "the charter lists another log key"));
    const kinds = Object.entries(counts).map(([outer, count]) => `${count} ${outer}`).join(", ");
    console.log(`charter      version ${charter.version}, fingerprint ${fingerprint(charter.digest)}`);
    console.log(`entries      ${kinds}; every form and author's signature holds${repeated ? `; ${repeated} repeat an id` : ""}`);
    console.log(`openings     ${checkOpenings(source, entries)} records opened in full and reproduced`);
  }
  return { origin: head.origin, hashes };
}

// ---- fork proofs: docs/spec/fork-proof.md ---------------------------------------------------------------------

function verifyFork(data, vkey) {
  must(data.at(-1) === 10, "a fork proof ends in a newline");
  const proof = exact(
    decodeCanonical(data.subarray(0, -1), 512 * 1024),
    ["v", "vkey", "form", "notes", "index", "hashes", "proofs"],
    "a fork proof",
  );
  const needed = Object.hasOwn({ size: 1, prefix: 1, leaf: 1 }, proof.form) ? { size: 0, prefix: 1, leaf: 2 }[proof.form] : -1;
  must(proof.v === 1 && needed >= 0, "another version or form");
  must(Array.isArray(proof.notes) && proof.notes.length === 2, "not two notes");
  const [a, b] = proof.notes.map((note, i) => at(`note ${i}`, () => openCheckpoint(unb64(note), vkey)));
  must(Array.isArray(proof.hashes) && proof.hashes.length === needed, `not ${needed} hashes`);
  must(Array.isArray(proof.proofs) && proof.proofs.length === needed, `not ${needed} proofs`);
  const hashes = proofHashes(proof.hashes, "hashes");
  const paths = proof.proofs.map((path) => proofHashes(path));
  must(proof.form === "leaf" || proof.index === 0, "an index where there is no leaf");
  const sizes = [a.size, b.size];
  if (proof.form === "size") {
    must(a.size === b.size && !same(a.root, b.root), "the heads do not contradict each other");
    return { sizes, says: `two roots for ${a.size} entries` };
  }
  if (proof.form === "prefix") {
    must(a.size > 0 && a.size <= b.size, "the first tree is no smaller one");
    verifyConsistency(a.size, b.size, paths[0], hashes[0], b.root);
    must(!same(hashes[0], a.root), "the smaller tree is a prefix of the larger: no fork");
    return { sizes, says: `the tree of ${b.size} entries does not grow from the one of ${a.size}` };
  }
  [a, b].forEach((head, i) => verifyInclusion(hashes[i], proof.index, head.size, paths[i], head.root));
  must(!same(hashes[0], hashes[1]), "the leaf is the same in both trees");
  return { sizes, says: `entry ${proof.index} has two values` };
}

// ---- epochs: docs/spec/epoch.md -------------------------------------------------------------------------------

/** A proposal, against the charter in force of the old log and its tree as held: `rootAt(size)`, up to `held`. */
function verifyEpoch(data, old, rootAt, held) {
  must(data.at(-1) === 10, "epoch: no newline at the end");
  const value = exact(decodeCanonical(data.subarray(0, -1), 1 << 20), ["v", "charter", "proof"], "a proposal");
  must(value.v === 1, "epoch: another version");
  const charter = parseCharter(unb64(value.charter));
  const { follows } = charter;
  must(follows && follows.origin === old.origin, "epoch: it does not follow this log");
  must(charter.version === 1 && charter.party === old.party, "epoch: another party, or not version 1");
  const proof = unb64(value.proof);
  const { form, index } = decodeCanonical(proof.subarray(0, -1), 512 * 1024);
  let sizes;
  try {
    ({ sizes } = verifyFork(proof, old.logs[0].vkey));
  } catch (error) {
    throw new Refused(`epoch-proof: ${error.message}`);
  }
  must(follows.size <= (form === "leaf" ? index : sizes[0] - 1), "epoch-prefix: the histories part before");
  must(rootsThatSigned(charter.note, old.roots) >= old.threshold, "epoch-unsigned: too few of the old root keys");
  must(follows.size <= held && same(rootAt(follows.size), unb64(follows.root)), "epoch-prefix: no such head is held");
  return follows.size;
}

const runEpoch = (c) =>
  verifyEpoch(ascii(c.file), parseCharter(ascii(c.old)), (size) => rootOf(numbers(size)), c.held);

// ---- tracklets: docs/spec/tracklet.md -------------------------------------------------------------------------

const HALF_HOUR = 1_800_000;
const AHEAD = 2_000; // ms that something may claim to be ahead of its entry, or of the moment the file was made
const FORGOTTEN = 3_600_000; // ms of silence after which a name may begin anew
const LOOSE = 15_000; // ms of a span beyond which an increment is met by intersection
const CLASSES = ["unknown", "air", "boat", "vehicle", "person-size"];
const WAYS = ["tracklets", "gridded", "blurred", "delayed"];
const REASONS = ["checkpoint", "corrected", "widened"];
const DECIMAL = /^-?[0-9]{1,18}(\.[0-9]{1,24})?$/;
const FIGURE = /^[0-9]{1,12}(\.[0-9]{1,12})?$/;
const PREFIX = { increment: "comity/tracklet/v1\n", estimate: "comity/told/v1\n" };
const SAYS = { "border.tracklets@1": "increment", "border.told@1": "estimate" };
/** What rests on the size of numbers is the reader's own judgement: whoever puts a word aside counts nothing. */
const BY_NUMBERS = ["absurd", "not-semidefinite", "no-covariance"];

const numbersOf = (value, count, what) =>
  must(Array.isArray(value) && value.length === count && value.every((one) => typeof one === "string" && one.length <= 40 && DECIMAL.test(one)), `tracklet-form: ${what}`);
const textOf = (value, most, what) => must(typeof value === "string" && value && [...value].length <= most, `tracklet-form: ${what}`) && value;

/** One increment or estimate as it stands in an entry. */
function checkItem(item, what) {
  must(isObject(item), "tracklet-form: an item is no object");
  const optional = ["previous", ...(what === "estimate" ? ["reason"] : [])].filter((name) => Object.hasOwn(item, name));
  const own = what === "increment" ? ["since", "matrix", "vector"] : ["mean", "covariance"];
  const keys = ["track", "object_class", "time", "existence", "seen", ...own, ...optional];
  must(Object.keys(item).sort().join(",") === keys.sort().join(","), "tracklet-form: an item has other keys");
  textOf(item.track, 64, "track");
  must(CLASSES.includes(item.object_class), "tracklet-form: class");
  for (const name of ["time", "seen", ...(what === "increment" ? ["since"] : [])]) {
    must(Number.isSafeInteger(item[name]) && item[name] >= 0, `tracklet-form: ${name}`);
  }
  must(typeof item.existence === "string" && FIGURE.test(item.existence), "tracklet-form: existence");
  numbersOf(what === "increment" ? item.matrix : item.covariance, 10, "a matrix");
  numbersOf(what === "increment" ? item.vector : item.mean, 4, "a vector");
  if (optional.includes("previous")) at("tracklet-form", () => unb64(item.previous, 32, "previous"));
  if (optional.includes("reason")) must(REASONS.includes(item.reason), "tracklet-form: reason");
  return item;
}

const nameOfItem = (what, item, sector, config) => b64(sha256(ascii(PREFIX[what]), ascii(canonical({ config, item, sector }))));

/** The words of one exchange, in their order. */
function wordsOf(exchange) {
  const what = SAYS[exchange.kind];
  must(what, `tracklet-form: ${exchange.kind} says nothing of tracks`);
  const { sector, config, time, tracks = [], way } = exchange.fields;
  must(Number.isSafeInteger(time) && time >= 0 && Number.isSafeInteger(exchange.claimed), "tracklet-form: a time");
  must(what === "increment" || WAYS.includes(way), "tracklet-form: way");
  must(Array.isArray(tracks) && tracks.length <= 100, "tracklet-form: tracks");
  return tracks.map((item, number) => ({
    ...checkItem(item, what),
    number,
    party: partyOf(exchange),
    digest: nameOfItem(what, item, sector, config),
    first: what === "increment" && !Object.hasOwn(item, "previous"),
    whole: what === "estimate",
    chained: what === "increment" || way === "tracklets",
  }));
}

/** What each party has said of its tracks so far, word by word; no arithmetic but that of times. */
class Chains {
  constructor(config, made) {
    this.config = config;
    this.made = made;
    this.known = new Map();
  }
  key(party, track) {
    return JSON.stringify([party, track]);
  }
  /** Take one word; return why it does not count, or the effects that it may have. */
  take(word, exchange, claimed) {
    const key = this.key(word.party, word.track);
    let known = this.known.get(key);
    const { time, config } = exchange.fields;
    if (word.time > time || time > exchange.claimed + AHEAD || time > this.made + AHEAD) return "future";
    if (config !== this.config) return "another-sector";
    if (known && time - known.said > FORGOTTEN) known = undefined;
    if (known?.names.has(word.digest)) return "repeated";
    return word.whole ? this.whole(key, known, word, time, claimed) : this.increment(key, known, word, time, claimed);
  }
  increment(key, known, word, time, claimed) {
    if (word.first) {
      if (known) return "begun";
      if (word.since !== word.time) return "gap";
    } else {
      if (!known?.chain || known.broken) return "gap";
      known.broken = true; // until the word is found to follow
      if (word.time <= known.time) return "out-of-order";
      if (word.previous !== known.chain.last || word.since !== known.chain.time) return "gap";
    }
    if (BY_NUMBERS.includes(claimed)) return claimed;
    this.count(key, known, word, time, { last: word.digest, time: word.time });
    return word.time - word.since > LOOSE ? ["break"] : ["add"];
  }
  whole(key, known, word, time, claimed) {
    if (["absurd", "no-covariance"].includes(claimed)) return claimed;
    if (known && word.time < known.time) return "out-of-order";
    const chain = known?.chain;
    const repeats = chain && !known.broken && word.reason === "checkpoint" && word.previous === chain.last && word.time === chain.time;
    this.count(key, known, word, time, word.chained ? { last: word.digest, time: word.time } : null);
    return word.chained && repeats ? ["none", "break"] : ["break"];
  }
  count(key, known, word, time, chain) {
    const names = known?.names ?? new Set();
    this.known.set(key, { chain, names: names.add(word.digest), time: word.time, said: time, broken: false });
  }
  end(party, names, time) {
    for (const name of names) {
      const known = this.known.get(this.key(party, name));
      if (known) known.said = time;
    }
  }
}

const compared = (one, other) => (one < other ? -1 : one > other ? 1 : 0);
const partyOf = (exchange) => exchange.origin.split("/")[0];
/** The order of reading: time, party, origin, index; names compare as text. */
const inOrder = (a, b) =>
  a.fields.time - b.fields.time || compared(partyOf(a), partyOf(b)) || compared(a.origin, b.origin) || a.index - b.index;

/** Exchanges stand in the order in which they are read, each once, and all belong to this picture. */
function checkReading({ exchanges, sector, at: until, made }) {
  const start = Math.max(Math.floor(until / HALF_HOUR) - 1, 0) * HALF_HOUR;
  exchanges.forEach((exchange, number) => {
    const place = `${exchange.origin} ${exchange.index}`;
    const { time } = exchange.fields;
    must(exchange.fields.sector === sector, `order: ${place} is of another sector`);
    must(number === 0 || inOrder(exchanges[number - 1], exchange) < 0, `order: ${place} does not follow the one before`);
    must(time >= start && (time <= until || time > made + AHEAD), `order: ${place} is not read for this picture`);
  });
}

/** Hold a claim of which words counted against the exchanges; return how many did, and how many were put aside. */
function judgeClaim(claim) {
  const { exchanges, words, tracks, config, made } = claim;
  must(Array.isArray(words) && Array.isArray(tracks) && Array.isArray(exchanges), "order: the claim has no lists");
  checkReading(claim);
  const chains = new Chains(config, made);
  const used = new Map();
  const counts = { counted: 0, aside: {} };
  let next = 0;
  for (const exchange of exchanges) {
    const place = `${exchange.origin} ${exchange.index}`;
    for (const word of wordsOf(exchange)) {
      const said = words[next];
      next += 1;
      const here = said && said.origin === exchange.origin && said.index === exchange.index && said.item === word.number;
      must(here, `missing: ${place}, item ${word.number} is not in the claim where it stands on the record`);
      must(said.digest === word.digest, `digest: ${place}, item ${word.number} has another digest`);
      const found = chains.take(word, exchange, said.effect);
      if (Array.isArray(found)) {
        const more = ["add", "break", "none"].includes(said.effect);
        must(found.includes(said.effect), `${more ? "effect" : "put-aside"}: ${place}, item ${word.number}: ${said.effect} is claimed`);
        used.set(chains.key(word.party, word.track), 1 + (used.get(chains.key(word.party, word.track)) ?? 0));
        counts.counted += 1;
      } else {
        must(found === said.effect, `${found}: ${place}, item ${word.number}: ${said.effect} is claimed`);
        counts.aside[found] = (counts.aside[found] ?? 0) + 1;
      }
    }
    chains.end(partyOf(exchange), exchange.fields.ended ?? [], exchange.fields.time);
  }
  must(next === words.length, "missing: the claim names words that are not on the record");
  checkPairs(tracks, used, chains);
  return { ...counts, chains: used.size };
}

/** Each chain is in one track at most: what is in two would count twice. */
function checkPairs(tracks, used, chains) {
  const seen = new Set();
  for (const track of tracks) {
    const sides = Array.isArray(track.sides) && track.sides.length > 0 ? track.sides : refuse("pairs: a track of nobody");
    must(track.id === sides.map((side) => side.track).join("+"), `pairs: ${track.id} is not named by its chains`);
    for (const side of sides) {
      const key = chains.key(side.party, side.track);
      must(used.has(key), `pairs: ${side.party} has said nothing that counts of ${side.track}`);
      must(!seen.has(key), `pairs: ${side.track} of ${side.party} is in two tracks`);
      seen.add(key);
    }
  }
}

const FILE_LIMIT = 256 << 20;

/** A file for an auditor: the claim in the first line, then every entry that it rests on, opened. */
function readTrackletFile(data) {
  must(data.length > 0 && data.length <= FILE_LIMIT && data.at(-1) === 10, "the file is empty, too large, or its last line is cut");
  const [head, ...rest] = splitLines(data);
  const keys = ["v", "format", "sector", "config", "at", "made", "tracks", "words"];
  const claim = at("line 1", () => exact(decodeCanonical(head, FILE_LIMIT), keys, "the claim"));
  must(claim.v === 1 && claim.format === "comity/tracklets/v1", "line 1: not a file of tracklets of version 1");
  for (const name of ["at", "made"]) integer(claim[name], name);
  const ids = new Set();
  claim.exchanges = rest.map((line, number) =>
    at(`line ${number + 2}`, () => {
      const { index, opening } = exact(decodeCanonical(line, 2 << 20), ["index", "opening"], "a line");
      exact(opening, ["v", "leaf", "full"], "the opening");
      const { entry, kind } = verifyOpeningFile(ascii(canonical(opening)));
      const id = `${entry.origin} ${b64(entry.id)}`;
      must(!ids.has(id), "order: an entry twice");
      ids.add(id);
      const fields = Object.fromEntries(opening.full.fields.map((field) => [field.path, field.value]));
      const leaf = leafHash(unb64(opening.leaf));
      return { origin: entry.origin, index: integer(index, "index"), kind, claimed: fields["header.claimed"], fields, leaf };
    }),
  );
  return claim;
}

/** Every entry of a log that the file names stands in its export, at the place that is claimed. */
function placeEntries(claim, folder, vkey) {
  const { origin, hashes } = verifyLog(folder, vkey, false);
  const own = claim.exchanges.filter((exchange) => exchange.origin === origin);
  for (const { index, leaf } of own) {
    const there = index < hashes.length && same(hashes[index], leaf);
    must(there, `${origin} ${index}: the export holds another entry at this place`);
  }
  console.log(`placed       ${own.length} entries of ${origin} stand in the export`);
  return origin;
}

function verifyTracklets(file, logs) {
  const claim = at(file, () => readTrackletFile(readFileSync(file)));
  const { exchanges, made, ...said } = claim;
  console.log(`entries      ${exchanges.length} opened; each reproduces its commitment`);
  const placed = new Set(logs.map(([folder, vkey]) => placeEntries(claim, folder, vkey)));
  const found = judgeClaim(claim);
  const aside = Object.entries(found.aside).map(([code, count]) => `${count} ${code}`).join(", ");
  console.log(`chains       ${found.chains}, of which ${claim.tracks.length} tracks are made, none of them twice`);
  console.log(`words        ${found.counted} count, each once; put aside: ${aside || "none"}`);
  console.log(`digest       ${b64(sha256(ascii("comity/tracklets/v1\n"), ascii(canonical(said))))}`);
  const open = [...new Set(exchanges.map((exchange) => exchange.origin))].filter((origin) => !placed.has(origin)).sort();
  if (open.length) console.log(`CONSISTENT: whose entries these are was not checked for ${open.join(", ")}: give FOLDER and VKEY`);
  else console.log("VERIFIED");
  return true;
}

// ---- golden vectors -----------------------------------------------------------------------------------------

/** One text for one value, whatever the order of its keys. */
const shown = (value) =>
  JSON.stringify(value, (_, item) => (isObject(item) ? Object.fromEntries(Object.entries(item).sort()) : item));
const equal = (found, wanted, what) =>
  must(shown(found) === shown(wanted), `${what} is ${shown(found)}, not ${shown(wanted)}`);
const bytes = (hex) => Buffer.from(hex, "hex");
const leafOf = (c) => parseEntry(unb64(c.leaf));

function acceptEntry(c) {
  const entry = leafOf(c);
  verifyAuthor(entry, unb64(c.public_key, 32));
  const said = [entry.origin, b64(entry.id), entry.outer, b64(entry.commit), entry.n, b64(entry.key), entry.refs, entry.heads];
  equal(said, [c.origin, c.id, c.outer, c.commit, c.n, c.key, c.refs, c.heads], "the entry");
}

function acceptCommitment(c) {
  const place = { origin: c.origin, id: unb64(c.id, 16), kind: c.kind };
  equal(Math.ceil(c.slots / 8) * 8, c.n, "n");
  const digests = slotDigests(place, c.fields, c.n, unb64(c.record_key, 32));
  equal(digests.slice(0, 16).map(b64), c.digests, "the digests");
  equal(b64(rootOf(digests.map(leafHash))), c.commit, "the commitment");
}

function acceptCharter(c) {
  const charter = parseCharter(ascii(c.note));
  equal([b64(charter.digest), fingerprint(charter.digest)], [c.digest, c.fingerprint], "digest and fingerprint");
  verifyFirst(charter, unb64(c.leaf));
  for (const office of c.offices) {
    const found = charter.offices.get(unb64(office.key_id).toString("hex"));
    equal([found?.name, found?.role], [office.name, office.role], "the office");
  }
}

function runCompact(c) {
  const charters = c.charters.map((note) => parseCharter(ascii(note)));
  const compact = verifyCompact(parseCompact(ascii(c.note)), charters);
  if (c.digest) equal(b64(compact.digest), c.digest, "the digest");
  for (const asked of c.stands ?? []) equal(standsGranted(compact, asked.kind, asked.party), asked.granted, asked.kind);
}

function runSuccession(c) {
  const [first, ...rest] = c.charters;
  const trust = new Trust(parseCharter(ascii(first.note)), unb64(first.leaf));
  for (const step of rest) trust.accept(parseCharter(ascii(step.note)), unb64(step.leaf), step.index);
  if (c.leaf) trust.verifyEntry(parseEntry(unb64(c.leaf)), c.index);
}

const inclusion = (c) => verifyInclusion(unb64(c.leaf_hash), c.index, c.size, c.proof.map((h) => unb64(h)), unb64(c.root));
const consistency = (c) => verifyConsistency(c.size1, c.size2, c.proof.map((h) => unb64(h)), unb64(c.root1), unb64(c.root2));
const numbers = (n) => Array.from({ length: n }, (_, i) => leafHash(ascii(String(i))));
const verdict = (valid, wanted) => equal(valid, wanted, "the verdict");
const registers = (key) => {
  try {
    return Boolean(checkKey(key));
  } catch {
    return false;
  }
};

// ---- releases: docs/spec/marking.md, docs/spec/release.md --------------------------------------------------------

const LABELS = ["TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"];
const EVERYBODY = { label: LABELS[0], audience: null };
const NOBODY = { label: "", audience: [] };

const marking = (label, audience) =>
  LABELS.includes(label) ? { label, audience: label === LABELS[0] ? null : audience } : NOBODY;

function combined(a, b) {
  if (a.label === "" || b.label === "") return NOBODY;
  const audience = a.audience && b.audience ? a.audience.filter((party) => b.audience.includes(party)) : a.audience ?? b.audience;
  return { label: LABELS[Math.max(LABELS.indexOf(a.label), LABELS.indexOf(b.label))], audience };
}

function denials({ label, audience }, recipient, members) {
  if (label === "") return ["marking-unknown"];
  if (audience === null) return [];
  const reasons = audience.length === 0 ? ["audience-empty"] : audience.includes(recipient) ? [] : ["not-in-audience"];
  return members.includes(recipient) ? reasons : [...reasons, "not-a-member"];
}

/** Padmé: of a length as many leading bits are kept as its exponent has bits. */
function paddedSize(size) {
  if (size <= 4096) return 4096;
  const exponent = Math.floor(Math.log2(size));
  const step = 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1);
  return Math.ceil(size / step) * step;
}

function unframe(data) {
  must(data.length >= 4096, "shorter than any frame");
  const count = data.readUInt32BE(0);
  must(count > 0 && count <= 4096, `${count} items`);
  const found = [];
  let at = 4;
  for (let i = 0; i < count; i += 1) {
    must(at + 4 <= data.length, "an item is cut");
    const length = data.readUInt32BE(at);
    must(at + 4 + length <= data.length, "an item is cut");
    found.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  must(data.length === paddedSize(at) && data.subarray(at).every((byte) => byte === 0), "the padding is another");
  return found;
}

function sealedInfo(c) {
  const names = [c.recipient.party, c.recipient.origin].map((name) => lp(ascii(name)));
  const origin = lp(ascii(c.origin));
  return Buffer.concat([ascii("comity/sealed/v1\n"), origin, unb64(c.grant_id, 16), ...names, unb64(c.recipient.hpke_key, 32)]);
}

// ---- steps of the protocol: docs/spec/protocol.md ---------------------------------------------------------------

/** Every place that content names, in its order, each once. */
function placesNamed(value, found = []) {
  if (isObject(value) && "leaf" in value && "index" in value && "origin" in value) {
    const { origin, index, leaf } = value;
    if (!found.some((ref) => shown(ref) === shown({ origin, index, leaf }))) found.push({ origin, index, leaf });
  } else if (typeof value === "object" && value !== null) Object.values(value).forEach((item) => placesNamed(item, found));
  return found;
}

function checkRefs(c) {
  const refs = placesNamed(c.fields.map((field) => field.value)).slice(0, 32);
  must(c.outer === (refs.length ? "protocol" : "record"), "another outer form than its content asks for");
  must(shown(c.refs) === shown(refs), "it does not name the places that its content names");
}

function acceptStep(c) {
  const place = { origin: c.origin, id: unb64(c.id, 16), kind: c.kind };
  equal(Math.ceil(c.slots / 8) * 8, c.n, "n");
  equal(b64(rootOf(slotDigests(place, c.fields, c.n, unb64(c.record_key, 32)).map(leafHash))), c.commit, "the commitment");
  checkRefs(c);
}

/** file, list → what to run on each case; a case with `refuse` must be refused, any other must pass. */
// ---- approvals: docs/spec/approval.md -----------------------------------------------------------------------

const MOST_PART = 4096;
const MOST_LEVELS = 16;
const ES256_HEAD = [Buffer.from("a5010203262001215820", "hex"), Buffer.from("225820", "hex")];
const EDDSA_HEAD = Buffer.from("a4010103272006215820", "hex");

const challengeOf = (place) =>
  sha256(ascii("comity/approve/v1\n"), ascii(place.origin), wide(place.index), unb64(place.leaf, 32));

function wide(value) {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(BigInt(integer(value, "index")));
  return out;
}

/** Read client data: JSON of any spelling, but no key twice in one object, and no depth that readers differ on. */
function clientData(data) {
  must(data.length <= MOST_PART, "assertion-form: too long");
  let text;
  let value;
  try {
    text = utf8.decode(data);
    value = JSON.parse(text);
  } catch {
    refuse("assertion-form: not JSON in UTF-8");
  }
  must(isObject(value), "assertion-form: no object");
  const open = [];
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"\s*:?|[{}[\]]/gs)) {
    if (token === "{" || token === "[") open.push(new Set());
    else if (token === "}" || token === "]") open.pop();
    else if (token.endsWith(":")) {
      const key = JSON.parse(token.slice(0, -1));
      must(!open.at(-1).has(key), "assertion-form: a key twice");
      open.at(-1).add(key);
    }
    must(open.length <= MOST_LEVELS, "assertion-form: too deep");
  }
  return value;
}

/** Return a function that verifies by a COSE key. */
function passkey(cose) {
  if (cose.length === 42 && same(cose.subarray(0, 10), EDDSA_HEAD)) {
    return (message, signature) => verifies(cose.subarray(10), message, signature);
  }
  const [first, second] = ES256_HEAD;
  const fits = cose.length === 77 && same(cose.subarray(0, 10), first) && same(cose.subarray(42, 45), second);
  must(fits, "assertion-key: neither ES256 nor EdDSA");
  const [x, y] = [cose.subarray(10, 42), cose.subarray(45)].map((part) => part.toString("base64url"));
  let key;
  try {
    key = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
  } catch {
    refuse("assertion-key: not on P-256");
  }
  return (message, signature) => {
    try {
      return nodeVerify("sha256", message, { key, dsaEncoding: "der" }, signature);
    } catch {
      return false;
    }
  };
}

/** Check one assertion over one request; return the authenticator's counter. */
function verifyAssertion(c) {
  const client = unb64(c.client_data);
  const data = unb64(c.authenticator_data);
  const said = clientData(client);
  must(said.type === "webauthn.get", "assertion-type");
  must(said.challenge === challengeOf(c.request).toString("base64url"), "assertion-challenge");
  must(said.origin === c.origin_url, "assertion-origin");
  const alone = !Object.hasOwn(said, "crossOrigin") || said.crossOrigin === false;
  must(alone && !Object.hasOwn(said, "topOrigin"), "assertion-cross-origin");
  must(data.length >= 37 && data.length <= MOST_PART, "assertion-form: authenticator data");
  const flags = data[32];
  must(!(flags & 0x40) && Boolean(flags & 0x80) === data.length > 37, "assertion-form: flags");
  must(same(data.subarray(0, 32), sha256(ascii(c.rp_id))), "assertion-rp-id");
  must(flags & 0x01, "assertion-presence");
  must(flags & 0x04, "assertion-verification");
  const signed = Buffer.concat([data, sha256(client)]);
  must(passkey(unb64(c.public_key))(signed, unb64(c.signature)), "assertion-signature");
  return data.readUInt32BE(33);
}

/** Run `call`; what it refuses must be refused for the reason that the vector names. */
function forReason(c, call) {
  try {
    call(c);
  } catch (error) {
    if (error instanceof Refused && error.message.split(":")[0] !== c.refuse) throw new Error(error.message);
    throw error;
  }
}

const RUNS = {
  approval: {
    challenge: (c) => equal(b64(challengeOf(c.request)), c.challenge, "the challenge"),
    accept: (c) => equal(verifyAssertion(c), c.count, "the counter"),
    refuse: (c) => forReason(c, verifyAssertion),
  },
  canonical: {
    accept: (c) => {
      equal(bytes(c.bytes).toString(), canonical(c.value), "the bytes");
      equal(canonical(decodeCanonical(bytes(c.bytes))), canonical(c.value), "the value");
    },
    refuse: (c) => decodeCanonical(bytes(c.bytes)),
  },
  signature: {
    verify: (c) => verdict(verifies(bytes(c.key), bytes(c.message), bytes(c.signature)), c.valid),
    keys: (c) => verdict(registers(bytes(c.key)), c.valid),
  },
  entry: { accept: acceptEntry, refuse: leafOf, forged: (c) => verifyAuthor(leafOf(c), unb64(c.public_key, 32)) },
  commitment: { cases: acceptCommitment },
  opening: {
    single: (c) => verifyOpening(c.opening, leafOf(c), c.kind),
    single_refuse: (c) => verifyOpening(c.opening, leafOf(c), c.kind),
    full: (c) => verifyFull(c.full, leafOf(c)),
    full_refuse: (c) => verifyFull(c.full, leafOf(c)),
    files: (c) => verifyOpeningFile(ascii(c.file)),
    files_refuse: (c) => verifyOpeningFile(ascii(c.file)),
  },
  anchor: { accept: acceptEntry, refuse: leafOf },
  charter: {
    accept: acceptCharter,
    refuse: (c) => parseCharter(ascii(c.note)),
    mismatch: (c) => verifyFirst(parseCharter(ascii(c.note)), unb64(c.leaf)),
  },
  succession: { accept: runSuccession, refuse: runSuccession },
  marking: {
    labels: (c) => equal(LABELS.indexOf(c.name), c.restriction, "the restriction"),
    combine: (c) => {
      const made = c.parts.map((part) => marking(part.label, part.releasable_to)).reduce(combined, EVERYBODY);
      equal([made.label, made.audience && [...made.audience].sort()], [c.label, c.audience], "the marking");
    },
    decide: (c) => {
      const reasons = denials(marking(c.label, c.releasable_to), c.recipient, c.members);
      equal([reasons.length === 0, reasons], [c.allowed, c.reasons], "the decision");
    },
  },
  release: {
    sets: (c) => {
      const files = c.items.map((item) => unb64(item));
      files.forEach(verifyOpeningFile);
      equal(b64(rootOf(files.map(leafHash))), c.digest, "the digest");
    },
    sizes: (c) => equal(paddedSize(c.size), c.padded, "the padded size"),
    frames: (c) => equal(unframe(unb64(c.frame)).map(b64), c.items, "the items"),
    frames_refuse: (c) => unframe(unb64(c.frame)),
    bound: (c) => equal(b64(sealedInfo(c)), c.info, "what it is bound to"),
  },
  compact: { accept: runCompact, refuse: runCompact },
  step: {
    accept: acceptStep,
    forged: checkRefs,
    settle: (c) => verdict(c.received.origin === c.origin && c.received.index < c.index, c.counts),
  },
  proof: {
    trees: (c) => equal(b64(rootOf(numbers(c.size))), c.root, "the root"),
    inclusion,
    inclusion_refuse: inclusion,
    consistency,
    consistency_refuse: consistency,
  },
  checkpoint: {
    accept: (c) => {
      const head = openCheckpoint(ascii(c.note), c.vkey);
      equal([head.origin, head.size, b64(head.root)], [c.origin, c.size, c.root], "the head");
    },
    refuse: (c) => openCheckpoint(ascii(c.note), c.vkey),
    cosignatures: (c) => equal(cosignatureTime(ascii(c.note), c.line, c.vkey), c.seconds, "the time"),
    cosignatures_refuse: (c) => cosignatureTime(ascii(c.note), c.line, c.vkey),
  },
  epoch: {
    accept: (c) => equal(runEpoch(c), c.size, "the agreed size"),
    refuse: (c) => forReason(c, runEpoch),
  },
  tracklet: {
    digest: (c) => equal(nameOfItem(c.what, checkItem(c.item, c.what), c.sector, c.config), c.digest, "the digest"),
    digest_refuse: (c) => forReason(c, () => checkItem(c.item, c.what)),
    chain: judgeClaim,
    chain_refuse: (c) => forReason(c, judgeClaim),
  },
  fork: {
    accept: (c) => equal(verifyFork(unb64(c.file), c.vkey).sizes, c.sizes, "the sizes"),
    refuse: (c) => verifyFork(unb64(c.file), c.vkey),
  },
};

/** Vectors of what nobody but the owner of a key ever reads. */
const PRIVATE = new Set(["keyfile.json", "sealed.json", "carried.json"]);
/** Lists about the schemas of kinds: content of any kind verifies here. */
const SCHEMAS = new Set(["step.json, schema"]);

function runCase(run, c) {
  try {
    run(c);
  } catch (error) {
    if (!(error instanceof Refused)) return `broke: ${error.message}`;
    return c.refuse === undefined ? error.message : undefined;
  }
  return c.refuse === undefined ? undefined : `accepted, though: ${c.refuse}`;
}

function runVectors(folder) {
  let [passed, failed] = [0, 0];
  const files = readdirSync(folder).filter((name) => name.endsWith(".json")).sort();
  must(files.length > 0, `no vectors in ${folder}`);
  for (const name of files) {
    if (PRIVATE.has(name)) {
      console.log(`${name}: left out, this verifier holds no private keys`);
      continue;
    }
    const runs = RUNS[basename(name, ".json")];
    const vectors = JSON.parse(readFileSync(join(folder, name), "utf8"));
    for (const [part, cases] of Object.entries(vectors).filter(([key]) => key !== "description")) {
      if (SCHEMAS.has(`${name}, ${part}`)) {
        console.log(`${name}, ${part}: left out, this verifier knows no kinds`);
        continue;
      }
      for (const c of cases) {
        const problem = runs?.[part] ? runCase(runs[part], c) : "this verifier does not know these vectors";
        if (problem === undefined) passed += 1;
        else {
          failed += 1;
          console.log(`${name}, ${part}, ${c.name}: ${problem}`);
        }
      }
    }
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
}

function runCctv(file, json) {
  const cases = JSON.parse(readFileSync(file, "utf8"));
  const accepted = cases.filter((c) => verifies(bytes(c.key), ascii(c.msg), bytes(c.sig))).map((c) => c.number);
  console.log(json ? JSON.stringify({ cases: cases.length, accepted }) : `${accepted.length} of ${cases.length} accepted`);
  return true;
}

function runOpenings(files) {
  for (const file of files) {
    const { entry, shown, kind } = at(file, () => verifyOpeningFile(readFileSync(file)));
    console.log(`${file}: ${kind} ${b64(entry.id)} of ${entry.origin} is what was committed: ${shown}`);
  }
  console.log("whose entry it is, and that a log holds it, takes the log and its charter");
  return true;
}

function main([command, ...args]) {
  const flags = args.filter((arg) => arg.startsWith("--"));
  const [first, second, ...more] = args.filter((arg) => !arg.startsWith("--"));
  if (command === "vectors" && first && !second) return runVectors(first);
  if (command === "log" && first && second && !more.length) {
    verifyLog(first, second, flags.includes("--opaque"));
    console.log("VERIFIED");
    return true;
  }
  if (command === "opening" && first) return runOpenings([first, second, ...more].filter(Boolean));
  if (command === "tracklets" && first) {
    const pairs = [second, ...more].filter(Boolean);
    if (pairs.length % 2 === 0) {
      return verifyTracklets(first, pairs.flatMap((_, i) => (i % 2 ? [] : [[pairs[i], pairs[i + 1]]])));
    }
  }
  if (command === "cctv" && first) return runCctv(first, flags.includes("--json"));
  if (command === "fork" && first && second) {
    console.log(`FORKED: ${at(first, () => verifyFork(readFileSync(first), second)).says}`);
    return true;
  }
  console.error(USAGE);
  process.exit(2);
}

try {
  process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
} catch (error) {
  console.log(`FAILED: ${error instanceof Refused || error.code ? error.message : error.stack}`);
  process.exitCode = 1;
}
