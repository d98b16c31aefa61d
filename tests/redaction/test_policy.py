"""What an account changes: what stays, what is masked besides, which rules are off."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolutionflow.redaction import (
    PatternError,
    Policy,
    check_allowed,
    check_own_patterns,
    families,
    find,
    find_in_texts,
    mask,
    parse_policy,
)
from resolutionflow.redaction.own_patterns import bounded_pattern, check_pattern
from tests.growth import ends_soon

pytestmark = pytest.mark.req("R1")


def policy(allowed: str = "", patterns: str = "", off: tuple[str, ...] = ()) -> Policy:
    check_allowed(allowed)
    check_own_patterns(patterns)
    return parse_policy(allowed, patterns, off)


def test_what_stays() -> None:
    stays = policy("10.0.0.1\nNOC@contoso.com\n/192\\.168\\.1\\.\\d{1,3}/")
    text = "10.0.0.1 10.0.0.11 noc@contoso.com 192.168.1.77 192.168.2.1"
    expected = "10.0.0.1 [IP REDACTED] noc@contoso.com 192.168.1.77 [IP REDACTED]"
    assert mask(text, policy=stays) == expected
    assert mask(expected, policy=stays) == expected


def test_a_secret_that_holds_what_stays_is_masked() -> None:
    assert mask("password: x10.0.0.1y", policy=policy("10.0.0.1")) == "password: [TOKEN REDACTED]"


def test_a_known_secret_is_masked_whatever_stays() -> None:
    assert mask("it is harbour", secrets=["harbour"], policy=policy("harbour")) == (
        "it is [TOKEN REDACTED]"
    )


def test_own_patterns_are_masked_under_their_name() -> None:
    own = policy(patterns="Asset tag: NW-[0-9]{5}\nProject: project (?:falcon|heron)")
    text = "moved nw-20481, part of Project Falcon"
    assert mask(text, policy=own) == "moved [TOKEN REDACTED], part of [TOKEN REDACTED]"
    assert [it.rule for it in find(text, policy=own)] == ["own:Asset tag", "own:Project"]


def test_own_patterns_do_not_read_across_texts() -> None:
    own = policy(patterns="Wide: begin[^x]+end")
    texts = ["begin", "end", "begin of the end"]
    assert find_in_texts(texts, lambda text: find(text, policy=own)) == {
        text: find(text, policy=own) for text in texts
    }


def test_families_are_switched_off() -> None:
    off = policy(off=("email",))
    assert mask("bob@contoso.com at 10.0.0.1", policy=off) == "bob@contoso.com at [IP REDACTED]"
    for name in families():
        find("anything 10.0.0.1", policy=policy(off=(name,)))


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("", "Write"),
        ("x" * 201, "room for 200"),
        ("(", "no regular expression"),
        ("[[a-f]{4}", "backslash before the sign"),
        ("a*", "at least two"),
        ("[0-9]", "at least two"),
        ("(a+)+b", "within another"),
        ("(?:a|aa){1,30}c{2,}d", "too many open"),
        (r"(ab)\1", "refer back"),
        ("x+x+x+x+y", "too many open"),
        (r"(?:a?){30}a{30}", "too many open"),
        (".*.*=.*;", "too many open"),
    ],
)
def test_a_pattern_that_can_not_be_used_says_why(pattern: str, words: str) -> None:
    with pytest.raises(PatternError, match=words):
        check_pattern(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        r"NW-\d{5}",
        "CASE-[0-9]+",
        r"(?:falcon|heron)-\w{2,8}",
        r"\bemp[0-9]{4,6}\b",
        r"[A-Z]{2}\d+x",
    ],
)
def test_a_usual_pattern_is_taken(pattern: str) -> None:
    check_pattern(pattern)


@pytest.mark.parametrize(
    ("pattern", "bounded"),
    [
        ("a+b*", "a{1,200}b{0,200}"),
        (r"\+[+*]a\*", r"\+[+*]a\*"),
        ("a{2,}", "a{2,202}"),
        ("a+?", "a{1,200}?"),
        ("a++", "a{1,200}+"),
        ("[]+]+", "[]+]{1,200}"),
    ],
)
def test_open_repetitions_are_bounded(pattern: str, bounded: str) -> None:
    assert bounded_pattern(pattern) == bounded


@given(st.text(alphabet="ab+*?{}(),|[]\\.12", max_size=24))
def test_whatever_is_taken_is_quick(pattern: str) -> None:
    try:
        check_pattern(pattern)
    except PatternError:
        return
    own = parse_policy("", f"Own: {pattern}", ())
    with ends_soon(30):
        find("ab" * 5000 + "a" * 5000, policy=own)


@pytest.mark.parametrize(
    ("patterns", "words"),
    [
        ("no name here", "name: pattern"),
        (": x{2}", "name: pattern"),
        ("a/b: xx", "name: pattern"),
        ("Tag: xx\ntag: yy", "twice"),
        ("\n".join(f"n{number}: x{number}" for number in range(51)), "At most 50"),
        ("Tag: (", "Tag: This is no regular"),
    ],
)
def test_a_list_of_patterns_that_can_not_be_used_says_why(patterns: str, words: str) -> None:
    with pytest.raises(PatternError, match=words):
        check_own_patterns(patterns)


def test_a_list_of_what_stays_is_bounded() -> None:
    with pytest.raises(PatternError, match="200 lines"):
        check_allowed("\n".join(map(str, range(201))))
    with pytest.raises(PatternError, match="200 characters"):
        check_allowed("x" * 201)
    with pytest.raises(PatternError, match="within another"):
        check_allowed("/(a+)+b/")
