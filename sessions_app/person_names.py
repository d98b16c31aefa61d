"""The names of the people of a session, read as columns of its row."""

from collections.abc import Mapping
from typing import Any

OWNER = ("user__first_name", "user__last_name", "user__username")
PREPARER = ("prepared_by__first_name", "prepared_by__last_name", "prepared_by__username")
ASSIGNEE = ("assigned_to__first_name", "assigned_to__last_name", "assigned_to__username")
EDITOR = ("edited_by__first_name", "edited_by__last_name", "edited_by__username")


def full_name(row: Mapping[str, Any], columns: tuple[str, str, str]) -> str:
    """Return a person's name from the columns of first, last and user name; "" for nobody."""
    first, last, username = columns
    if not row.get(username):
        return ""
    return f"{row[first]} {row[last]}".strip() or row[username]
