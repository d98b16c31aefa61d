"""The rules that are searched together, and the searches that are built from them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from . import vendor_keys
from .keyword_search import KeywordSearch
from .kinds import KINDS
from .line_matcher import LineMatcher
from .line_rule import LineRule
from .policy import Policy
from .registry import all_rules, families
from .rule import Rule, Span
from .scanned_text import (
    ScannedText,
    digit_shape,
    lower_same_length,
    normalize_width,
)
from .time_budget import check_time


class RuleSet:
    """A choice of rules, ready to search a text."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        rules = list(rules)
        self.kinds = {rule.id: rule.kind for rule in (*all_rules().values(), *rules)}
        """The kind of finding that each rule makes, also of those that are not in the set."""
        self._ids = {rule.id for rule in rules}
        lines = [rule for rule in rules if isinstance(rule, LineRule)]
        self._lines = LineMatcher(lines)
        self._own = [rule for rule in rules if rule.id.startswith("own:")]
        self._keys = vendor_keys.KeyMatcher(
            rule
            for rule in rules
            if rule.pattern and not isinstance(rule, LineRule) and rule not in self._own
        )
        self._scans = list(dict.fromkeys(rule.scan for rule in rules if rule.scan))
        self._keywords = KeywordSearch(
            set(self._keys.keywords).union(
                word
                for rule in rules
                if rule.scan or isinstance(rule, LineRule)
                for word in rule.keywords
            )
        )

    def prepare(self, text: str) -> ScannedText:
        """Return `text` made ready for `scan`; every offset stays."""
        text = normalize_width(text)
        lower = lower_same_length(text)
        tokens = self._keywords.tokenizer.tokens_of(lower)
        return ScannedText(
            text=text,
            lower=lower,
            digit_shape=digit_shape(lower),
            tokens=tokens,
            keyword_positions=self._keywords.positions(lower, tokens),
            key_runs=list(vendor_keys.key_runs(text)),
        )

    def scan(self, src: ScannedText) -> list[Span]:
        """Return what each rule finds, in no order; spans may overlap."""
        spans: list[Span] = [
            *self._keys.scan(src),
            *self._lines.scan(src),
            *vendor_keys.scan_own(src.text, self._own),
        ]
        for scan in self._scans:
            check_time()
            spans.extend(span for span in scan(src) if span[2] in self._ids)
        return spans


def rule_set(options: frozenset[str], policy: Policy) -> RuleSet:
    """Return the rules for these options of an export and this policy of an account."""
    # What stays changes no rule, so that accounts that differ in it alone share a set.
    return _rule_set(
        options, Policy(own_patterns=policy.own_patterns, families_off=policy.families_off)
    )


@lru_cache(maxsize=128)
def _rule_set(options: frozenset[str], policy: Policy) -> RuleSet:
    wanted = {name for name, kind in KINDS.items() if not kind.option or kind.option in options}
    listed = (
        rule
        for family in families().values()
        if family.name not in policy.families_off
        for rule in family.rules
    )
    return RuleSet(rule for rule in (*listed, *policy.own_rules()) if rule.kind in wanted)
