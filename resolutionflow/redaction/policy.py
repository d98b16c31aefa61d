"""What an account changes about redaction: what stays, what is masked besides, what is off."""

from __future__ import annotations

from dataclasses import dataclass

from .rule import Rule, compile_pattern


@dataclass(frozen=True, slots=True)
class Policy:
    """An account's choices, as values that can be compared and remembered.

    `allowed` are texts in lower case and `allowed_patterns` expressions (matched whole, in any case
    of letters) that are never masked as a whole finding; a secret that holds one is. `own_rules`
    are masked besides, and the rules of `families_off` are not used.
    """

    allowed: frozenset[str] = frozenset()
    allowed_patterns: tuple[str, ...] = ()
    own_rules: tuple[Rule, ...] = ()
    families_off: frozenset[str] = frozenset()

    @property
    def allows_something(self) -> bool:
        """Whether there is anything on the list of what stays."""
        return bool(self.allowed or self.allowed_patterns)

    def allows(self, value: str) -> bool:
        """Return whether this whole finding stays as it is."""
        if value.strip().lower() in self.allowed:
            return True
        return any(
            compile_pattern(f"(?i:{pattern})").fullmatch(value) for pattern in self.allowed_patterns
        )


DEFAULT_POLICY = Policy()


def own_rule(name: str, pattern: str) -> Rule:
    """Return the rule of an account's own pattern, whose whole match is masked as ``token``."""
    return Rule(
        id=f"own:{name}",
        kind="token",
        description=f"Own pattern: {name}",
        source="Account settings",
        samples=(),
        near_misses=(),
        pattern=f"(?i:{pattern})",
    )
