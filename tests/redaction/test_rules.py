"""Every rule proves itself: its samples are found, its near misses are not."""

from __future__ import annotations

import re

import pytest

from resolutionflow.redaction import KINDS, find
from resolutionflow.redaction.known_values import CONTEXT_RULES
from resolutionflow.redaction.registry import all_rules, families
from resolutionflow.redaction.rule import Rule
from resolutionflow.redaction.rule_set import RuleSet
from resolutionflow.redaction.samples import expand

pytestmark = pytest.mark.req("R1")

LISTED = [rule for family in families().values() for rule in family.rules]
SAMPLES = [(rule, sample) for rule in LISTED for sample in rule.samples]
NEAR_MISSES = [(rule, text) for rule in LISTED for text in rule.near_misses]


def spans_of(rule: Rule, text: str) -> list[tuple[int, int]]:
    """What the rule finds when it is the only one."""
    alone = RuleSet([rule])
    return [(start, end) for start, end, _ in alone.scan(alone.prepare(text))]


def test_ids_are_unique_and_in_one_form() -> None:
    ids = [rule.id for rule in LISTED] + [rule.id for rule in CONTEXT_RULES]
    assert sorted(ids) == sorted(all_rules())
    assert not [name for name in ids if not re.fullmatch(r"[a-z0-9]+(?:-[a-z0-9]+)*", name)]


@pytest.mark.parametrize("rule", LISTED, ids=lambda rule: rule.id)
def test_a_rule_is_complete(rule: Rule) -> None:
    assert rule.samples
    assert rule.near_misses
    assert rule.description
    assert not rule.description.endswith(".")
    assert rule.source
    assert rule.kind in KINDS
    assert bool(rule.pattern) != bool(rule.scan)


def test_rules_that_need_more_than_a_text_are_named() -> None:
    assert {rule.id for rule in CONTEXT_RULES} == {
        "known-value",
        "repeated-secret",
        "password-like-line",
    }


@pytest.mark.parametrize(
    ("rule", "sample"),
    SAMPLES,
    ids=[f"{rule.id}-{number}" for number, (rule, _) in enumerate(SAMPLES)],
)
def test_a_sample_is_found_by_its_rule_alone_and_by_the_engine(rule: Rule, sample: str) -> None:
    text, start, end = expand(sample)
    assert (start, end) in spans_of(rule, text), f"{rule.id} alone misses {sample!r}"
    # In the engine another rule may find the same or more, under its own id: of the same kind.
    option = KINDS[rule.kind].option
    found = find(text, **({option: True} if option else {}))
    around = [one for one in found if one.start <= start and end <= one.end]
    assert [one.kind for one in around] == [rule.kind], f"the engine finds {found}"


@pytest.mark.parametrize(
    ("rule", "text"),
    NEAR_MISSES,
    ids=[f"{rule.id}-{number}" for number, (rule, _) in enumerate(NEAR_MISSES)],
)
def test_a_near_miss_is_untouched_by_its_rule(rule: Rule, text: str) -> None:
    assert spans_of(rule, expand(text).text) == []
