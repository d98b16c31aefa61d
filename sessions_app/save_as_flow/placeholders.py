"""Putting the placeholder back where the value of a sensitive variable was typed."""

import re
from collections.abc import Callable

from sessions_app.models import Session
from trees_app.variables import PLACEHOLDER

# A sensitive value shorter than this counts as a whole word only: "1" is in every number.
SHORT_VALUE = 4

RestorePlaceholders = Callable[[str], str]


def placeholder_restorer(work_session: Session) -> RestorePlaceholders:
    """What puts the placeholder back where the value of a sensitive variable was typed."""
    filled = {
        value: field["name"]
        for field in work_session.intake_form
        if field.get("sensitive")
        and (value := str(work_session.session_variables.get(field["name"]) or "").strip())
    }
    if not filled:
        return str
    names = {value.casefold(): name for value, name in filled.items()}
    values = "|".join(_whole_word(value) for value in sorted(filled, key=len, reverse=True))
    # A placeholder that is there is passed over, whatever a value may have in common with it.
    wanted = re.compile(f"{PLACEHOLDER.pattern}|({values})", re.IGNORECASE)

    def put_back(match: re.Match[str]) -> str:
        name = names.get(match[0].casefold())
        return f"{{{{ {name} }}}}" if name else match[0]

    return lambda text: wanted.sub(put_back, text)


def _whole_word(value: str) -> str:
    pattern = re.escape(value)
    return pattern if len(value) >= SHORT_VALUE else rf"(?<!\w){pattern}(?!\w)"
