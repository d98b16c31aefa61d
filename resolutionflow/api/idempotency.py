"""Which calls a caller may repeat without making something twice, and by which header ([I4]).

The header is that of the IETF's draft “The Idempotency-Key HTTP Header Field”.
"""

import re
from typing import Any

from resolutionflow.api.scopes import Scope, required_scope

KEY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotency-Replayed"
KEY_PATTERN = r"^[!-~]{1,255}$"
KEY_MESSAGE = "Send 1 to 255 letters, digits and signs of ASCII, without blanks."


def is_kept(view: Any, method: str) -> bool:
    """Return whether the answer of such a call is kept under its key: of each POST that writes.

    The other methods leave the same when they are repeated, and what only reads makes nothing.
    """
    return method == "POST" and required_scope(view, method) == Scope.WRITE


def is_key(text: str) -> bool:
    """Return whether the header's text can be a key."""
    return re.fullmatch(KEY_PATTERN, text) is not None
