"""Values in commands: free text must reach a shell as data, never as syntax ([F4])."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from trees_app.document.quotes import CommandVariable, command_variables, shell_filter
from trees_app.document.shape import Problem
from trees_app.shell_quoting import QUOTES

SHELL_NAMES = {"ps": "PowerShell", "cmd": "cmd", "bash": "a POSIX shell"}
# What fits such a type holds nothing that a shell reads as syntax (see variable_validation).
HARMLESS_TYPES = frozenset({"host", "number", "date"})
HARMLESS_CHOICE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]*")


def free_text_names(intake_form: Sequence[Mapping[str, Any]]) -> set[str]:
    """Return the names of the variables whose values may hold anything."""
    return {field["name"] for field in intake_form if not _is_harmless(field)}


def _is_harmless(field: Mapping[str, Any]) -> bool:
    kind = field.get("type") or "text"
    if kind == "select":
        return all(HARMLESS_CHOICE.fullmatch(choice) for choice in field.get("choices") or ("",))
    return kind in HARMLESS_TYPES


def command_problems(
    node_id: str, node: Mapping[str, Any], free_text: set[str]
) -> Iterator[Problem]:
    """Yield a problem for each variable of a node's commands that isn't quoted as it must be.

    `free_text` are the names of variables that may hold anything. A command whose shell isn't named
    or has no filter can't be checked.
    """
    for command in node.get("commands") or []:
        wanted = shell_filter(command.get("shell") or "")
        if not wanted:
            continue
        for variable in dict.fromkeys(command_variables(command["code"], wanted)):
            is_free = variable.name in free_text
            if problem := _variable_problem(node_id, variable, wanted, is_free=is_free):
                yield problem


def _variable_problem(
    node_id: str, variable: CommandVariable, wanted: str, *, is_free: bool
) -> Problem | None:
    right = f"{{{{ {variable.name} | {wanted} }}}}"
    shell = SHELL_NAMES[wanted]
    if not variable.filter:
        if not is_free:
            return None
        quotes = ", without the quotes around it" if variable.is_quoted else ""
        return Problem(
            node_id,
            "unquoted_variable",
            f"The value of “{variable.name}” can be any text, and {shell} would run what is in it: "
            f"write {right}{quotes}.",
        )
    if variable.filter not in QUOTES:
        return None  # said of the text as a whole
    if variable.filter != wanted:
        return Problem(
            node_id,
            "wrong_filter",
            f"“{variable.name}” is quoted for {SHELL_NAMES[variable.filter]} in a command of "
            f"{shell}: write {right}.",
        )
    if variable.is_quoted:
        return Problem(
            node_id,
            "filter_in_quotes",
            f"The quotes around “{variable.name}” undo those that its filter brings: write {right} "
            "outside of quotes.",
        )
    return None
