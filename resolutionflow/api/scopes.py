"""What an API key may be used for, and which of it a call needs ([I4])."""

from collections.abc import Mapping
from typing import Any

from django.db import models

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


class Scope(models.TextChoices):
    """What a key may be used for; beyond that, it may do what its user may."""

    READ = "read", "Read sessions, flows and steps"
    EXPORT = "export", "Export sessions as notes for a ticket"
    WRITE = "write", "Write: start, change and complete sessions, edit flows"


# What the key of an account's directory may be used for, and nothing else ([I3]): no call of the
# API needs it, and no key has it beside others.
SCIM_SCOPE = "scim"


def key_scopes() -> list[tuple[str, str]]:
    """Return every scope that a key may have, with what it is for."""
    return [*Scope.choices, (SCIM_SCOPE, "Provision users and teams (SCIM)")]


def all_scopes() -> list[str]:
    return list(Scope.values)


def required_scope(view: Any, method: str) -> str:
    """Return the scope that a key needs for a call of this method.

    What only reads needs `read`, everything else `write`; a view names in `scopes` the methods for
    which that is wrong, as a POST that only reads.
    """
    others: Mapping[str, str] = getattr(view, "scopes", {})
    by_method = Scope.READ if method in SAFE_METHODS else Scope.WRITE
    return str(others.get(method, by_method))


def scope_message(scope: str) -> str:
    """Return the sentence for a key that lacks `scope`."""
    return f"This call needs the scope “{scope}”, which this API key doesn't have."
