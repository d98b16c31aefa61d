"""One search: spans in order, apart, in range; masks stable; time linear."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from resolutionflow.redaction import KINDS, PLACEHOLDERS, Finding, find, mask
from tests.growth import ends_soon
from tests.redaction.strategies import NASTY, WORDS

pytestmark = pytest.mark.req("R2")


@given(
    st.one_of(NASTY, st.text(max_size=80), WORDS.map(" ".join), WORDS.map("".join)), st.booleans()
)
@example("Password: [TOKEN REDACTED] 2025!", False)
@example("+49 30 1234567 " + "4111" * 4, False)
@example("ssn::F10.0.0.1secret", True)
@example("::a10.0.0.1", True)
@example("\n* l2tpd *", True)
@example("[10.3.1.2](http://10.3.1.2)x.y@shop.example.org", False)
@settings(max_examples=600, deadline=None)
def test_properties(text: str, hosts: bool) -> None:
    findings = find(text, redact_hostnames=hosts)
    assert findings == sorted(findings)
    end = 0
    for finding in findings:
        assert end <= finding.start < finding.end <= len(text)
        assert finding.kind in KINDS
        end = finding.end
    masked = mask(text, redact_hostnames=hosts)
    assert masked == mask(text, redact_hostnames=hosts, findings=findings)
    assert mask(masked, redact_hostnames=hosts) == masked


@given(WORDS.map(" ".join))
@settings(max_examples=100, deadline=None)
def test_masking_hosts_later_is_stable(text: str) -> None:
    both = mask(mask(text), redact_hostnames=True)
    assert mask(both, redact_hostnames=True) == both
    assert mask(both) == both


def test_every_kind_has_its_placeholder() -> None:
    assert {kind: f"[{kind.upper()} REDACTED]" for kind in KINDS} == PLACEHOLDERS
    text = "10.0.0.1 bob@contoso.com pw=Winter22! \\\\fs01\\x srv01.corp.local"
    assert [finding.kind for finding in find(text, redact_hostnames=True)] == [
        "ip",
        "email",
        "token",
        "unc",
        "host",
    ]


def test_a_subset_of_findings_can_be_masked() -> None:
    text = "10.0.0.1 and 10.0.0.2"
    assert mask(text, findings=find(text)[1:]) == "10.0.0.1 and [IP REDACTED]"


@pytest.mark.req("R4")
@pytest.mark.parametrize(
    "findings",
    [
        [Finding(2, 1, "ip", "ipv4-address")],
        [Finding(0, 99, "ip", "ipv4-address")],
        [Finding(0, 2, "ip", "ipv4-address"), Finding(1, 3, "ip", "ipv4-address")],
        [Finding(0, 1, "x", "ipv4-address")],
    ],
)
def test_bad_findings_fail_closed(findings: list[Finding]) -> None:
    with pytest.raises(ValueError, match="sorted, apart"):
        mask("some text", findings=findings)


def test_odd_input() -> None:
    assert find("") == []
    assert (
        mask("\x00\ud800 10.0.0.1 \u0130 bob@x.com")
        == "\x00\ud800 [IP REDACTED] \u0130 [EMAIL REDACTED]"
    )


@pytest.mark.parametrize(
    "unit",
    [
        "1.1.1.1.",
        ":",
        "ffff:",
        "@",
        "a@a.",
        "a",
        "1",
        " ",
        "\\",
        "\\a",
        "a-",
        "a.",
        "eyJhbGciOiJ9.",
        "password ",
        "-----BEGIN RSA PRIVATE KEY-----\n",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
        "://a:",
        "key=",
        "\\\\a ",
        "| a ",
        "user a ",
        "curl -u a -p ",
        "<password>",
        "\"'`",
        "[({<",
        "a at b dot ",
        "\n",
        "-",
        "1-1-",
        "10.0.0.1x",
        ":543",
        "a * b1b2b3 *\n",
        "auth plain ",
        "recovery codes:\n",
        "ab12-cd34\n",
        "<a name='password'>",
        "user / password: a / ",
        "A0",
        "edge-1# show ",
        "\uff11\uff0e",
        "\u200b",
        "password\n---\n",
    ],
)
def test_linear_on_adversarial_text(unit: str) -> None:
    with ends_soon():
        find(unit * (100_000 // len(unit)), redact_hostnames=True)


@pytest.mark.parametrize(
    "unit",
    [
        "1.1.1.1.",
        ":",
        "@",
        "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
        "a",
        # and what reads furthest: labels, tables, values named afterwards, paths, switches
        "password is the password ",
        "user,password\n",
        "a1b2c is the ",
        "\\\\a b\\c d ",
        "-u a -p b ",
        "<password>",
    ],
)
def test_a_megabyte_ends(unit: str) -> None:
    """Were it quadratic, it would take hours; how fast it is stands in `benchmarks/`."""
    with ends_soon():
        find(unit * (1_000_000 // len(unit)), redact_hostnames=True)


def test_the_same_when_every_word_is_another() -> None:
    """The search judges each different word once; here nothing is ever seen again."""
    letters = "abcdefghijklmnop"
    words = [a + b + c + d for a in letters for b in letters for c in letters for d in letters]
    with ends_soon():
        assert find(" ".join(words)) == []
