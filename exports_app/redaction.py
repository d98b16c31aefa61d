"""`resolutionflow.redaction` under the name that callers of exports use ([R1] to [R3])."""

from resolutionflow.redaction import KINDS, PLACEHOLDERS, Finding, find, mask

__all__ = ["KINDS", "PLACEHOLDERS", "Finding", "find", "mask"]
