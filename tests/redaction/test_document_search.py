"""Many texts searched as one give what each gives by itself; long text too, piece by piece."""

from __future__ import annotations

import random
import re
from functools import partial
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resolutionflow.redaction import KINDS, Finding, chunks, find, find_in_texts, mask
from resolutionflow.redaction.registry import families
from resolutionflow.redaction.rule import Rule
from resolutionflow.redaction.samples import expand

from .generators import vendor_key
from .strategies import NASTY, WORDS

pytestmark = pytest.mark.req("R2")

LISTED = [rule for family in families().values() for rule in family.rules]
MAX_WORDS = 12  # of a sample

TEXTS = st.lists(
    st.one_of(
        NASTY,
        WORDS.map(" ".join),
        WORDS.map("".join),
        st.sampled_from(
            [
                "Password",
                "Password:",
                "Winter-22!",
                "-----BEGIN PRIVATE KEY-----",
                "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo",
                "-----END PRIVATE KEY-----",
                "<password>",
                "harbour</password>",
                "User,Password",
                "carla,Winter-22!",
                "a\0b 10.0.0.1",
                "",
            ]
        ),
    ),
    max_size=6,
)


@given(TEXTS, st.booleans(), st.sampled_from([(), ("harbour",), ("a", "10.0")]))
@settings(max_examples=400, deadline=None)
def test_texts_searched_together_are_searched_alone(
    texts: list[str], hosts: bool, secrets: tuple[str, ...]
) -> None:
    search = partial(find, redact_hostnames=hosts, secrets=secrets)
    assert find_in_texts(texts, search) == {text: search(text) for text in texts}


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule.id)
def test_a_sample_that_ends_and_goes_on_in_the_next_text_is_two_texts(rule: Rule) -> None:
    """Cut behind each word, and with each word left out: a rule may take the barrier for one."""
    option = KINDS[rule.kind].option
    search = partial(find, **({option: True} if option else {}))
    for sample in rule.samples:
        text = expand(sample).text
        for word in islice(re.finditer(r"\S+", text), MAX_WORDS):
            head = text[: word.start()].rstrip()
            for texts in ([text[: word.end()], text[word.end() :]], [head, text[word.end() :]]):
                together = find_in_texts(texts, search)
                assert together == {one: search(one) for one in texts}, texts


def test_texts_are_searched_in_one_go_but_long_ones_alone() -> None:
    seen: list[int] = []

    def search(text: str) -> list[Finding]:
        seen.append(len(text))
        return find(text)

    long = "reply from 10.0.0.1\n" * 2000
    found = find_in_texts(["10.0.0.2", long, "10.0.0.2", "nothing", "a@b.example"], search)
    assert sorted(seen) == [len("10.0.0.2") + len("nothing") + len("a@b.example") + 6, len(long)]
    assert found["10.0.0.2"] == [Finding(0, 8, "ip", "ipv4-address")]
    assert found["nothing"] == []
    assert len(found[long]) == 2000


def test_a_finding_across_texts_is_searched_for_again_alone() -> None:
    """No family does that; should one ever, neighbours still decide nothing."""

    def greedy(text: str) -> list[Finding]:
        return [Finding(0, len(text), "token", "labelled-key")]

    assert find_in_texts(["ab", "cd"], greedy) == {
        "ab": [Finding(0, 2, "token", "labelled-key")],
        "cd": [Finding(0, 2, "token", "labelled-key")],
    }


def log(lines: int, rng: random.Random) -> list[str]:
    out = []
    for number in range(lines):
        kind = number % 9
        if kind == 3:
            out.append(f"password:\nWinter{number}!")
        elif kind == 5:
            out.append("key " + vendor_key("gitlab personal", rng))
        elif kind == 7:
            out.append(f"mail bob{number}@contoso.example from 10.0.{number % 250}.9 and \\\\fs\\x")
        else:
            out.append(f"2025-01-31 line {number} went on as planned, nothing to see here")
    return out


@pytest.mark.parametrize("hosts", [False, True])
def test_pieces_of_a_long_text_are_searched_as_the_whole(
    monkeypatch: pytest.MonkeyPatch, hosts: bool
) -> None:
    text = "\n".join(log(3000, random.Random(5)))
    whole = find(text, redact_hostnames=hosts)
    monkeypatch.setattr(chunks, "_PIECE", 5_000)
    monkeypatch.setattr(chunks, "_MARGIN", 400)
    assert len(list(chunks.split(text))) > 20
    assert find(text, redact_hostnames=hosts) == whole


@pytest.mark.req("R1")
def test_a_key_block_is_not_cut_between_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(8)
    body = "\n".join("".join(rng.choices("ABCDEFGHabcdefgh0123456789", k=64)) for _ in range(40))
    dashes = "-" * 5
    block = f"{dashes}BEGIN PRIVATE KEY{dashes}\n{body}\n{dashes}END PRIVATE KEY{dashes}"
    public = block.replace("PRIVATE KEY", "CERTIFICATE")
    filler = "all is well\n" * 150
    monkeypatch.setattr(chunks, "_PIECE", 1_500)
    monkeypatch.setattr(chunks, "_MARGIN", 200)
    text = f"{filler}{block}\n{filler}{public}\n{filler}"
    assert mask(text) == f"{filler}[TOKEN REDACTED]\n{filler}{public}\n{filler}"


def test_pieces_cover_the_text_once_and_end_at_lines() -> None:
    text = ("x" * 70 + "\n") * 9_000 + "y" * 500_000 + "\n" + "z\n" * 90_000
    at = 0
    for begin, start, stop, end in chunks.split(text):
        assert begin <= start == at < stop <= end
        assert all(cut in (0, len(text)) or text[cut - 1] == "\n" for cut in (begin, stop, end))
        at = stop
    assert at == len(text)


@pytest.mark.parametrize("width", [60, 75, 78])
@pytest.mark.parametrize("neighbour", ["short", "y" * 200, "y" * 79 + "\n" + "z" * 61])
def test_where_a_line_was_broken_is_told_by_the_lines_of_its_own_text(
    width: int, neighbour: str
) -> None:
    broken = "token: " + ("abcDEF123456ghiJKL789xx" * 9)[: width - 7] + "\nabc123def456"
    alone = find(broken)
    assert alone[0].end == len(broken)
    assert find_in_texts([broken, neighbour], find)[broken] == alone
    assert find_in_texts([neighbour, broken], find)[broken] == alone
