"""Finding and masking what must not leave in an export ([R1] to [R3]).

Pure functions over text, linear in its length. `find` is the one search: highlights, counts and
masks all come from it. What is masked are the rules below `rules`; `engine` runs them, joins their
spans and repeats until a masked text holds nothing more to find.
"""

from .document_search import find_in_texts, password_like_lines, propagate_secrets
from .engine import find, mask
from .finding import Finding
from .keywords import is_secret_label
from .kinds import KINDS, PLACEHOLDERS, Kind
from .own_patterns import PatternError
from .policy import (
    DEFAULT_POLICY,
    Policy,
    check_allowed,
    check_own_patterns,
    parse_policy,
)
from .registry import all_rules, describe_rule, families
from .rule import Rule
from .time_budget import BudgetExceeded, limit_time

__all__ = [
    "DEFAULT_POLICY",
    "KINDS",
    "PLACEHOLDERS",
    "BudgetExceeded",
    "Finding",
    "Kind",
    "PatternError",
    "Policy",
    "Rule",
    "all_rules",
    "check_allowed",
    "check_own_patterns",
    "describe_rule",
    "families",
    "find",
    "find_in_texts",
    "is_secret_label",
    "limit_time",
    "mask",
    "parse_policy",
    "password_like_lines",
    "propagate_secrets",
]
