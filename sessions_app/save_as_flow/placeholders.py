"""Putting the placeholder back where the value of a sensitive variable was typed."""

import re
from collections.abc import Callable

from sessions_app.models import Session
from sessions_app.value_search import values_pattern
from trees_app.variables import PLACEHOLDER

RestorePlaceholders = Callable[[str], str]


def placeholder_restorer(work_session: Session) -> RestorePlaceholders:
    """Return the function that puts `{{ name }}` back for the values of sensitive variables."""
    names = {
        value: field["name"]
        for field in work_session.intake_form
        if field.get("sensitive")
        and (value := str(work_session.session_variables.get(field["name"]) or "").strip())
    }
    if not names:
        return str
    name_by_folded_value = {value.casefold(): name for value, name in names.items()}
    # An existing placeholder is skipped, whatever a value may have in common with it.
    pattern = re.compile(f"{PLACEHOLDER.pattern}|({values_pattern(names)})", re.IGNORECASE)

    def placeholder_for(match: re.Match[str]) -> str:
        name = name_by_folded_value.get(match[0].casefold())
        return f"{{{{ {name} }}}}" if name else match[0]

    return lambda text: pattern.sub(placeholder_for, text)
