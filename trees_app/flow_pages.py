"""The list of flows, page by page: most used first, then by name; paged by key."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from resolutionflow.web.text import unstorable_message
from trees_app.models import Tree, TreeQuerySet

PAGE_SIZE = 100
MAX_CURSOR = 2_000
MAX_COUNT = 2**31 - 1


@dataclass(frozen=True)
class FlowCursor:
    """The place of one flow in the list."""

    usage_count: int
    name: str
    id: UUID

    def encode(self) -> str:
        """Return URL-safe text."""
        parts = json.dumps([self.usage_count, self.name, self.id.hex])
        return base64.urlsafe_b64encode(parts.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str) -> "FlowCursor":
        """Return the place that `encode` wrote; raise `ValueError` for any other text."""
        if len(text) > MAX_CURSOR:
            raise ValueError("not a cursor")
        try:
            padded = text + "=" * (-len(text) % 4)
            used, name, key = json.loads(base64.b64decode(padded.encode(), altchars=b"-_"))
        except (binascii.Error, TypeError, RecursionError) as error:
            raise ValueError("not a cursor") from error
        is_count = isinstance(used, int) and 0 <= used <= MAX_COUNT
        if not is_count or not isinstance(name, str) or not isinstance(key, str):
            raise ValueError("not a cursor")
        if unstorable_message(name):
            raise ValueError("not a cursor")
        return cls(used, name, UUID(hex=key))


def flow_page(trees: TreeQuerySet, after: FlowCursor | None) -> tuple[Sequence[Tree], str]:
    """Return the flows of one page, and the cursor of what follows, "" at the end."""
    if after is not None:
        further = Q(name__gt=after.name) | Q(name=after.name, pk__gt=after.id)
        trees = trees.filter(
            Q(usage_count__lt=after.usage_count) | (Q(usage_count=after.usage_count) & further)
        )
    rows = list(trees.without_documents().order_by("-usage_count", "name", "pk")[: PAGE_SIZE + 1])
    if len(rows) <= PAGE_SIZE:
        return rows, ""
    shown = rows[:PAGE_SIZE]
    last = shown[-1]
    return shown, FlowCursor(last.usage_count, last.name, last.pk).encode()
