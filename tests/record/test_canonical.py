"""Canonical form: one spelling for each value, one error for each thing the subset excludes."""

import contextlib
import json
import unicodedata

import pytest
import rfc8785
from hypothesis import example, given
from hypothesis import strategies as st

from comity.record import canonical
from comity.record.canonical import MAX_DEPTH, MAX_INTEGER, decode, encode
from comity.record.errors import ComityError

KEYS = st.text("abcxyz0189_", min_size=1, max_size=8)
TEXTS = (
    st.text()
    .map(lambda text: unicodedata.normalize("NFC", text))
    .filter(lambda text: unicodedata.is_normalized("NFC", text))
)
INTEGERS = st.integers(-MAX_INTEGER, MAX_INTEGER)
VALUES = st.recursive(
    TEXTS | INTEGERS | st.booleans(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=20,
)
ANY_JSON = st.recursive(
    st.text()
    | st.integers(-MAX_INTEGER, MAX_INTEGER)
    | st.booleans()
    | st.none()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_equals_an_independent_jcs_and_reads_back(value):
    data = encode(value)
    assert data == rfc8785.dumps(value)
    assert decode(data, limit=len(data)) == value


@given(ANY_JSON)
@example({"é": 1})
@example({"a": 1.0})
@example([-0.0])
@example([None])
@example(["e\u0301"])
def test_the_jcs_of_any_json_is_read_back_or_refused(value):
    try:
        data = rfc8785.dumps(value)
    except (UnicodeEncodeError, rfc8785.CanonicalizationError):
        return
    try:
        result = decode(data, limit=len(data))
    except canonical.CanonicalError:
        with pytest.raises(canonical.CanonicalError):
            # JCS writes 1.0 as 1: then only the bytes are an integer's, and reading them is no error.
            encode(value)
    else:
        assert result == value
        assert encode(result) == data


@given(VALUES, st.data())
def test_a_changed_octet_is_refused_or_is_another_value(value, data):
    right = encode(value)
    at = data.draw(st.integers(0, len(right) - 1))
    wrong = right[:at] + data.draw(st.binary(max_size=2)) + right[at + 1 :]
    try:
        result = decode(wrong, limit=len(wrong))
    except canonical.CanonicalError:
        return
    assert encode(result) == wrong
    assert (result == value and type(result) is type(value)) == (wrong == right)


@given(st.binary(max_size=60))
def test_random_octets_raise_nothing_but_canonical_errors(data):
    with contextlib.suppress(canonical.CanonicalError):
        assert encode(decode(data)) == data


@given(VALUES, st.sampled_from([None, 2]))
def test_white_space_is_not_canonical(value, indent):
    right = encode(value)
    wrong = json.dumps(value, ensure_ascii=False, indent=indent).encode()
    if wrong != right:
        with pytest.raises(canonical.NotCanonicalError):
            decode(wrong, limit=len(wrong))


REFUSED_BYTES = [
    (b'{"a":1,"a":2}', "DuplicateKeyError"),
    (b'{"a":1,"a":1}', "DuplicateKeyError"),
    (b'{"x":{"a":1,"b":2,"a":1}}', "DuplicateKeyError"),
    (b'{"a":1,"\\u0061":1}', "DuplicateKeyError"),
    (b"1.5", "FloatError"),
    (b"[1.0]", "FloatError"),
    (b"1e2", "FloatError"),
    (b"1E400", "FloatError"),
    (b"-0.0", "FloatError"),
    (b"9007199254740992", "IntegerRangeError"),
    (b"-9007199254740992", "IntegerRangeError"),
    (b"[18446744073709551616]", "IntegerRangeError"),
    (b"1" + b"0" * 5000, "IntegerRangeError"),
    (b'"e\xcc\x81"', "NormalizationError"),
    ('"\u212b"'.encode(), "NormalizationError"),  # angstrom sign: NFC writes another letter
    ('"\u1100\u1161"'.encode(), "NormalizationError"),
    (b'{"A":1}', "KeyFormError"),
    (b'{"":1}', "KeyFormError"),
    (b'{"a-b":1}', "KeyFormError"),
    (b'{"a\\n":1}', "KeyFormError"),
    ('{"đ":1}'.encode(), "KeyFormError"),
    ('{"\u0661":1}'.encode(), "KeyFormError"),  # a digit, and not of 0-9
    (b'"' + b"a" * 8191 + b'"', "TooLargeError"),
    (b'"\xff"', "InvalidUtf8Error"),
    (b'"\xc0\x80"', "InvalidUtf8Error"),  # NUL in two octets
    (b'"\xed\xa0\x80"', "InvalidUtf8Error"),  # a surrogate in UTF-8
    (b'"\xf4\x90\x80\x80"', "InvalidUtf8Error"),  # beyond U+10FFFF
    (b'"\xe2\x82"', "InvalidUtf8Error"),
    (b'"\\ud800"', "InvalidUtf8Error"),
    (b'"\\udc00\\ud800"', "InvalidUtf8Error"),
    (b'"\\ud83d\\ude02"', "NotCanonicalError"),
    (b"null", "NullError"),
    (b'{"a":[null]}', "NullError"),
    (b"[" * 33 + b"]" * 33, "DepthError"),
    (b'{"a":' * 33 + b"1" + b"}" * 33, "DepthError"),
    (b"[" * 8000, "DepthError"),
    (b"[" * 200 + b'"]"' + b"]" * 200, "DepthError"),
    (b"", "NotJsonError"),
    (b" ", "NotJsonError"),
    (b"{", "NotJsonError"),
    (b"[1,]", "NotJsonError"),
    (b"[1]x", "NotJsonError"),
    (b"{'a':1}", "NotJsonError"),
    (b"NaN", "NotJsonError"),
    (b"[Infinity]", "NotJsonError"),
    (b"01", "NotJsonError"),
    (b"+1", "NotJsonError"),
    (b'"\x00"', "NotJsonError"),
    (b'"\n"', "NotJsonError"),
    (b"\xef\xbb\xbf{}", "NotJsonError"),  # a byte order mark is no white space
    (b" {}", "NotCanonicalError"),
    (b"{}\n", "NotCanonicalError"),
    (b"[1, 2]", "NotCanonicalError"),
    (b'{"b":1,"a":2}', "NotCanonicalError"),
    (b'{"a":1,"_":2}', "NotCanonicalError"),
    (b"-0", "NotCanonicalError"),
    (b'"\\u0041"', "NotCanonicalError"),
    (b'"\\/"', "NotCanonicalError"),
    (b'"\\u000a"', "NotCanonicalError"),
    (b'"\\u001F"', "NotCanonicalError"),
    (b'"\\u007f"', "NotCanonicalError"),
]


@pytest.mark.parametrize(("data", "error"), REFUSED_BYTES, ids=lambda case: repr(case)[:40])
def test_each_defect_of_bytes_has_its_error(data, error):
    with pytest.raises(canonical.CanonicalError) as caught:
        decode(data)
    assert type(caught.value).__name__ == error
    assert len(str(caught.value)) < 200


LOOP = []
LOOP.append(LOOP)
REFUSED_VALUES = [
    (1.0, "FloatError"),
    (float("nan"), "FloatError"),
    (2**53, "IntegerRangeError"),
    (-(2**53), "IntegerRangeError"),
    (10**4000, "IntegerRangeError"),
    ("e\u0301", "NormalizationError"),
    ("\ud800", "InvalidUtf8Error"),
    (["a\udfff"], "InvalidUtf8Error"),
    ({"A": 1}, "KeyFormError"),
    ({"a\n": 1}, "KeyFormError"),
    ({"": 1}, "KeyFormError"),
    ({1: 1}, "KeyFormError"),
    ({10**5000: 1}, "KeyFormError"),
    ({"\ud800": 1}, "KeyFormError"),
    (None, "NullError"),
    ({"a": None}, "NullError"),
    ((1, 2), "UnsupportedTypeError"),
    (b"a", "UnsupportedTypeError"),
    ({1, 2}, "UnsupportedTypeError"),
    (LOOP, "DepthError"),
]


@pytest.mark.parametrize(
    ("value", "error"), REFUSED_VALUES, ids=[str(number) for number in range(len(REFUSED_VALUES))]
)
def test_each_defect_of_values_has_its_error(value, error):
    with pytest.raises(canonical.CanonicalError) as caught:
        encode(value)
    assert type(caught.value).__name__ == error


def test_an_enumeration_is_no_string_and_a_subclass_no_integer():
    class Text(str):
        __slots__ = ()

    class Number(int):
        __slots__ = ()

    for value in (Text("a"), Number(1), {Text("a"): 1}):
        with pytest.raises(canonical.CanonicalError):
            encode(value)


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (MAX_INTEGER, b"9007199254740991"),
        (-MAX_INTEGER, b"-9007199254740991"),
        (0, b"0"),
        (True, b"true"),
        ("\x00\x1f\x7f", b'"\\u0000\\u001f\x7f"'),
        ('\b\t\n\f\r"\\/', b'"\\b\\t\\n\\f\\r\\"\\\\/"'),
        ("\ufeff", '"\ufeff"'.encode()),
        ("\u2028\u2029", '"\u2028\u2029"'.encode()),
        ("\uffff\ufdd0", '"\uffff\ufdd0"'.encode()),
        ("😂\U0010ffff", '"😂\U0010ffff"'.encode()),
        ("Chính phủ Việt Nam", '"Chính phủ Việt Nam"'.encode()),
        ("ສປປ ລາວ ນໍ້າ", '"ສປປ ລາວ ນໍ້າ"'.encode()),
        ({"b": 1, "a": [], "_": {}, "0": ""}, b'{"0":"","_":{},"a":[],"b":1}'),
        ({"10": 1, "1": 2, "9": 3}, b'{"1":2,"10":1,"9":3}'),
    ],
    ids=ascii,
)
def test_the_bytes_of_a_value(value, data):
    assert encode(value) == data == rfc8785.dumps(value)
    assert decode(data) == value


def test_depth_counts_lists_and_objects():
    value = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert decode(encode(value)) == value
    with pytest.raises(canonical.DepthError):
        encode([value])


def test_brackets_inside_strings_do_not_count_as_depth():
    with pytest.raises(canonical.NotCanonicalError):
        decode(b' "' + b"[" * 100 + b'"')
    with pytest.raises(canonical.NotCanonicalError):
        decode(b' "\\"' + b"[" * 100 + b'"')


def test_limits_are_exact():
    data = b'"' + b"a" * 8190 + b'"'
    assert len(decode(data)) == 8190
    with pytest.raises(canonical.TooLargeError):
        decode(data, limit=8191)
    assert encode("a" * 8, limit=10) == b'"aaaaaaaa"'
    with pytest.raises(canonical.TooLargeError):
        encode("a" * 9, limit=10)


def test_every_error_has_its_own_code_and_says_what_to_do():
    classes = canonical.CanonicalError.__subclasses__()
    assert (
        len({error.code for error in classes} | {ComityError.code, canonical.CanonicalError.code})
        == len(classes) + 2
    )
    assert all(error.advice != ComityError.advice for error in classes)


class TestBase64:
    @given(st.binary(max_size=70))
    def test_reads_back(self, data):
        assert canonical.unb64(canonical.b64(data), len(data)) == data

    @pytest.mark.parametrize(
        "text",
        [
            "YQ",
            "YQ=",
            "YR==",
            "YWI",
            "YWJ=",
            " YQ==",
            "YQ==\n",
            "Y Q==",
            "YQ==YQ==",
            "-_-_",
            "YQ=a",
            "=",
            "é",
            "\ud800",
            "YQ===",
        ],
        ids=ascii,
    )
    def test_one_spelling_only(self, text):
        with pytest.raises(canonical.Base64Error):
            canonical.unb64(text)

    @given(st.text(max_size=12))
    def test_any_text_is_read_back_or_refused(self, text):
        with contextlib.suppress(canonical.Base64Error):
            assert canonical.b64(canonical.unb64(text)) == text

    def test_size_is_checked(self):
        with pytest.raises(canonical.Base64Error, match="1 octets"):
            canonical.unb64("YQ==", 2)
        with pytest.raises(canonical.Base64Error, match="NoneType"):
            canonical.unb64(None)


OUTSIDE = {
    "arrays": canonical.NullError,
    "french": canonical.KeyFormError,
    "structures": canonical.KeyFormError,
    "unicode": canonical.KeyFormError,
    "values": canonical.NullError,
    "weird": canonical.KeyFormError,
}


@pytest.mark.shared
class TestPublishedVectors:
    """The files of RFC 8785's author; each holds something the subset excludes."""

    def test_every_file_is_accounted_for(self, shared):
        assert {file.stem for file in (shared / "vectors/jcs/input").iterdir()} == set(OUTSIDE)

    @pytest.mark.parametrize("name", OUTSIDE)
    def test_outside_the_subset_is_refused_with_the_right_error(self, shared, name):
        folder = shared / "vectors/jcs"
        output = (folder / "output" / f"{name}.json").read_bytes()
        assert output == bytes.fromhex((folder / "outhex" / f"{name}.txt").read_text())
        with pytest.raises(OUTSIDE[name]):
            decode(output)
        with pytest.raises(canonical.CanonicalError):
            encode(json.loads((folder / "input" / f"{name}.json").read_bytes()))

    @pytest.mark.parametrize("name", OUTSIDE)
    def test_what_lies_within_the_subset_has_the_published_bytes(self, shared, name):
        folder = shared / "vectors/jcs"
        output = (folder / "output" / f"{name}.json").read_bytes()
        within = 0
        for part in self.parts(json.loads((folder / "input" / f"{name}.json").read_bytes())):
            try:
                data = encode(part)
            except canonical.CanonicalError:
                continue
            assert data in output
            assert decode(data) == part
            within += 1
        assert within > 0

    def parts(self, value):
        yield value
        if isinstance(value, dict):
            for key, item in value.items():
                yield key
                yield from self.parts(item)
        elif isinstance(value, list):
            for item in value:
                yield from self.parts(item)
