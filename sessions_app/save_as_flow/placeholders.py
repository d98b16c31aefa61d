"""Putting the placeholder back where the value of a sensitive variable was typed."""

import re
from collections.abc import Callable

from sessions_app.models import Session
from sessions_app.value_search import values_pattern
from trees_app.document.quotes import command_variables, shell_filter
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


def quote_placeholders(code: str, shell: str) -> str:
    """Return the code of a command with the filter of its shell on every placeholder without one.

    Quotes right around a placeholder go, because the filter brings its own. One in the middle of a
    string can't be quoted there: its name stands there instead, to be filled in by hand.
    """
    wanted = shell_filter(shell)
    if not wanted:
        return code
    variables = command_variables(code, wanted)
    parts, end = [], 0
    for match, variable in zip(PLACEHOLDER.finditer(code), variables, strict=True):
        before, after = code[end : match.start()], match.end()
        shown = match[0]
        if not variable.filter:
            quoted = f"{{{{ {variable.name} | {wanted} }}}}"
            around = before[-1:] + code[after : after + 1]
            if not variable.is_quoted:
                shown = quoted
            elif around in ("''", '""'):
                before, after, shown = before[:-1], after + 1, quoted
            else:
                shown = f"<{variable.name}>"
        parts += [before, shown]
        end = after
    return "".join([*parts, code[end:]])
