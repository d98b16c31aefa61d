"""What the different tokens of a text rule out isn't there: a wrong "no" would leave a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.redaction.keyword_search import KeywordSearch
from resolutionflow.redaction.policy import DEFAULT_POLICY
from resolutionflow.redaction.rule_set import rule_set

pytestmark = pytest.mark.req("R1")

RULES = rule_set(frozenset({"redact_hostnames", "redact_phone_numbers"}), DEFAULT_POLICY)
WORDS = sorted(RULES._keywords._parts_of)
SIGNS = ("//", "://", "</", "--", "==", "\u2500", "[:", "%3a", "&#", "u0040", " @ ", "\\\\", "=",
         " \\", " `", " ^", ":543", ":*:", "putty-user-key-file", "ip6.arpa", "@")  # fmt: skip
SHAPES = (b"0000-0000", b"0000 0000", b"0[.", b"0.]", b"0 . 0", b"0%0e0", b"0[ .", b" 00:00:00 ",
          b" [0", b" [fe80:", b"000-00-0000", b"0" * 13)  # fmt: skip
PIECES = (*SIGNS, "0", "12", "1(.2", "3).", "1%2e3", "4111-1111", "é", "\U0001f600", "\u3000",
          "\x85", "\n", "\t", " ", '"', ",", "%", "x", "fe80:", "{", "]")  # fmt: skip

parts = st.sampled_from(WORDS) | st.sampled_from(PIECES) | st.text(max_size=3)
filler = st.sampled_from(["", " plain words here " * 60])
texts = st.builds(
    lambda found, times, rest: ("".join(found) + " ") * times + rest,
    st.lists(parts, max_size=8),
    st.integers(1, 6),
    filler,
)


@given(texts)
def test_words_stand_where_reading_the_whole_text_finds_them(text):
    src = RULES.prepare(text)
    assert src.keyword_positions == dict(RULES._keywords._read_all(src.lower))


@given(texts)
def test_signs_and_shapes_are_there_or_not(text):
    src = RULES.prepare(text)
    for sign in SIGNS:
        assert src.holds_text(sign) == (sign in src.lower)
    for shape in SHAPES:
        assert src.has_shape([shape]) == (shape in src.digit_shape)
        assert bool(src.shape_places([shape])) == (shape in src.digit_shape)


def test_a_long_log_is_read_by_its_tokens_and_a_random_text_whole():
    log = "10.1.2.3 user ana signed in at 09:15:02\n" * 500
    assert RULES.prepare(log).tokens is not None
    assert RULES.prepare("".join(map(chr, range(97, 123))) * 2).tokens is None


def test_a_word_that_overlaps_itself_is_found_at_each_place():
    search = KeywordSearch(["<<<", "aa"])
    text = "<<<<< aaaa " + "b " * 50
    assert search.positions(text, search.tokenizer.tokens_of(text)) == {
        "<<<": [0, 1, 2],
        "aa": [6, 7, 8],
    }
