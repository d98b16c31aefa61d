import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.web.text import normalize_for_search, sanitize_text, shorten, unstorable_message

ANY = st.text(alphabet=st.characters())  # lone surrogates and NUL included


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("a\x00b", "ab"),
        ("\ud83d", "\ufffd"),
        ("tab\t\x1b[31m", "tab\t\x1b[31m"),
        ("  kept  ", "  kept  "),
        ("🔧", "🔧"),
    ],
)
def test_clean(typed, kept):
    assert sanitize_text(typed) == kept


@given(ANY)
def test_cleaned_text_can_be_stored(text):
    kept = sanitize_text(text)
    assert unstorable_message(kept) == ""
    assert sanitize_text(kept) == kept
    kept.encode()


@pytest.mark.parametrize(
    "value",
    ["\x00", "\ud800", ["ok", ["\x00"]], {"a": {"b": "\udfff"}}, {"\x00": 1}, ("x", "\x00")],
)
def test_what_postgresql_cannot_store_is_found_anywhere(value):
    message = unstorable_message(value)
    assert message.endswith("can't be stored.")


@given(st.recursive(st.none() | st.floats() | ANY, lambda inner: st.lists(inner)))
def test_what_is_storable_is_utf8_without_nul(value):
    try:
        encoded = json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        encoded = b"\\u0000"
    assert (unstorable_message(value) != "") == (b"\\u0000" in encoded.replace(b"\\\\", b""))


def test_depth_does_not_matter():
    deep = "\x00"
    for _ in range(50_000):
        deep = [deep]
    assert unstorable_message(deep)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Müller & Söhne", " MULLER  &\tsohne "),
        ("Straße", "STRASSE"),
        ("İstanbul", "istanbul"),
        ("ﬁrma", "FIRMA"),
        ("℡", "tel"),
        ("Éclair", "e\u0301clair"),
        ("", " \u00a0\n"),
    ],
)
def test_fold_forgets_what_people_do_not_mean(one, other):
    assert normalize_for_search(one) == normalize_for_search(other)


@given(ANY)
def test_folding_twice_is_folding_once(text):
    once = normalize_for_search(text)
    assert normalize_for_search(once) == once
    assert normalize_for_search(text.upper()) == normalize_for_search(text.upper().lower())


@given(st.text(), st.integers(1, 60))
def test_shorten_fits_on_a_line(text, length):
    line = shorten(text, length)
    assert len(line) <= length
    assert len(line.splitlines()) <= 1
    if " ".join(text.split()) == text and len(text) <= length:
        assert line == text
