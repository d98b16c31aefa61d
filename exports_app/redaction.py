"""`resolutionflow.redaction` under the name that callers of exports use ([R1] to [R3])."""

from resolutionflow.redaction import (
    DEFAULT_POLICY,
    KINDS,
    PLACEHOLDERS,
    Finding,
    Kind,
    Policy,
    Rule,
    all_rules,
    describe_rule,
    find,
    mask,
)

__all__ = [
    "DEFAULT_POLICY",
    "KINDS",
    "PLACEHOLDERS",
    "Finding",
    "Kind",
    "Policy",
    "Rule",
    "all_rules",
    "describe_rule",
    "find",
    "mask",
]
