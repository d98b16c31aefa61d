"""The kinds of finding, in one table that code, footer, page and script read."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of finding: its name in the API, and the words that count it.

    `option` names the option of an export that asks for it; "" means that it is always masked.
    """

    name: str
    singular: str
    plural: str
    option: str = ""

    @property
    def placeholder(self) -> str:
        """What is written in its place, for example ``[IP REDACTED]``."""
        return f"[{self.name.upper()} REDACTED]"

    def count(self, number: int) -> str:
        """Return `number` with the kind's words, for example ``2 IP addresses``."""
        return f"{number} {self.singular if number == 1 else self.plural}"


_TABLE = (
    Kind("ip", "IP address", "IP addresses"),
    Kind("email", "e-mail address", "e-mail addresses"),
    Kind("token", "password or key", "passwords or keys"),
    Kind("card", "payment card", "payment cards"),
    Kind("id", "identity number", "identity numbers"),
    Kind("phone", "telephone number", "telephone numbers", "redact_phone_numbers"),
    Kind("unc", "UNC path", "UNC paths", "redact_hostnames"),
    Kind("host", "host name", "host names", "redact_hostnames"),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _TABLE}
"""Every kind by its name, in the order in which reports list them. Hardware (MAC) addresses are
``host``, since they name one machine."""

PLACEHOLDERS: dict[str, str] = {kind.name: kind.placeholder for kind in _TABLE}

PLACEHOLDER = re.compile(r"\[[A-Z][A-Z_-]{0,20}+ REDACTED\]")
"""Anything masked before, by this engine or by a like-minded one. Nothing is found inside it."""

# Of two findings of one length in one place, the kind that counts: the one named first.
_PRECEDENCE = ("token", "card", "id", "phone", "unc", "email", "ip", "host")
RANK: dict[str, int] = {name: rank for rank, name in enumerate(_PRECEDENCE)}
