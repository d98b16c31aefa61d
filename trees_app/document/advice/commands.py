"""Advice on commands: what goes wrong when they are pasted, or run by a management tool."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from trees_app.document.advice.flow import Advice, Flow
from trees_app.document.advice.statements import Statement, split_statements
from trees_app.document.command_check import free_text_names
from trees_app.document.quotes import shell_filter
from trees_app.variables import names_in

Command = Mapping[str, Any]
Finder = Callable[[Command], str]

TABLE = re.compile(
    r"\bSelect-Object\b(?!(?:[ \t]+-(?:First|Last|Skip)[ \t]+\d+)*[ \t]+-(?:ExpandProperty|Unique)"
    r"|(?:[ \t]+-(?:First|Last|Skip)[ \t]+\d+)+[ \t]*$)[^|]*$"
)
SILENT = re.compile(r"\s*(?:Connect-|Disconnect-|Import-Module\b|#)")
PROMPT = re.compile(r"\b(?:Read-Host|Get-Credential|pause)\b", re.IGNORECASE)
SILENCED = re.compile(
    r"-(?:ErrorAction|EA)[ \t:]+(?:SilentlyContinue|Ignore|0\b)|\b2>\s*(?:\$null|nul\b|/dev/null)"
    r"|\$ErrorActionPreference\s*=\s*['\"]?(?:SilentlyContinue|Ignore)",
    re.IGNORECASE,
)
# What is retired or about to be, and what takes its place. Sources: Microsoft's lifecycle pages of
# the MSOnline and AzureAD modules, "Deprecated features in Windows client" (WMIC), about_WMI,
# Send-MailMessage's own warning, "Get-MessageTraceV2" in Exchange Online.
RETIRED = (
    (re.compile(r"\b(?:Connect-Msol|Get-Msol|Set-Msol|New-Msol|Remove-Msol)\w*", re.I),
     "the Microsoft Graph module"),
    (re.compile(r"\b(?:Connect|Get|Set|New|Remove|Add|Revoke)-AzureAD\w+", re.I),
     "the Microsoft Graph module"),
    (re.compile(r"\b(?:Get|Set|Invoke|Remove)-Wmi(?:Object|Method|Instance)\b", re.I),
     "the CIM commands (Get-CimInstance)"),
    (re.compile(r"(?<![\w.-])wmic(?:\.exe)?\b(?![.-])", re.I), "Get-CimInstance"),
    (re.compile(r"\bSend-MailMessage\b", re.I), "another way to send mail"),
    (re.compile(r"\bGet-MessageTrace\b", re.I), "Get-MessageTraceV2"),
)  # fmt: skip


def shows_tables(command: Command) -> str:
    """Several tables in one block: the later ones come out blank, or as a list."""
    if shell_filter(command.get("shell") or "") != "ps":
        return ""
    shown = [
        statement
        for statement in split_statements(command["code"])
        if not statement.is_assignment and not SILENT.match(statement.bare)
    ]
    if len(shown) < 2 or not any(_makes_table(statement) for statement in shown):
        return ""
    return (
        "shows several results, and PowerShell prints the later tables blank when the block is "
        "pasted or run as a whole: end each line in “| Format-Table” or “| Format-List”, or make a "
        "command of each."
    )


def _makes_table(statement: Statement) -> bool:
    return bool(TABLE.search(statement.bare.rstrip()))


def checks_and_acts(command: Command) -> str:
    """A check and a change in one block: the change is made before anybody reads the check."""
    if shell_filter(command.get("shell") or "") != "ps":
        return ""
    has_read = False
    for statement in split_statements(command["code"]):
        if statement.acts and has_read:
            return (
                "looks something up and changes something: the change is made before anybody has "
                "read the result. Make two commands of it."
            )
        has_read = has_read or statement.reads
    return ""


def asks_before_end(command: Command) -> str:
    """A question for input before the last line: the next pasted line becomes the answer."""
    if shell_filter(command.get("shell") or "") != "ps":
        return ""
    statements = split_statements(command["code"])
    if not any(PROMPT.search(statement.bare) for statement in statements[:-1]):
        return ""
    return (
        "asks for input before its last line: pasted, the next line is taken for what was asked "
        "for. Put the question last, or the whole in & { … }."
    )


def silences_errors(command: Command) -> str:
    """Errors that nobody sees: nothing there, and no permission to look, read alike."""
    code = command["code"]
    if not SILENCED.search(code) or re.search(r"-(?:ErrorVariable|EV)\b", code, re.IGNORECASE):
        return ""
    return (
        "hides errors, so that “nothing there” and “could not look” read alike: let them show, or "
        "say which error means “none”."
    )


def uses_retired_tool(command: Command) -> str:
    """A module or a tool that is retired."""
    for pattern, replacement in RETIRED:
        if found := pattern.search(command["code"]):
            return f"uses {found[0]}, which is retired: use {replacement}."
    return ""


def names_no_tenant(command: Command) -> str:
    """A sign-in that doesn't say whose: it ends in whatever tenant was used last."""
    code = command["code"]
    if re.search(r"Connect-MgGraph\b(?![^\n]*-TenantId)", code) and "@" not in code:
        return "signs in to Microsoft Graph without -TenantId: the tenant used last is changed."
    if re.search(
        r"Connect-ExchangeOnline\b(?![^\n]*-(?:UserPrincipalName|DelegatedOrganization"
        r"|Organization))",
        code,
    ):
        return (
            "signs in to Exchange Online without naming the organization "
            "(-UserPrincipalName or -DelegatedOrganization)."
        )
    return ""


def mixes_modules(command: Command) -> str:
    """Graph and Exchange Online in one session: each loads its own sign-in library."""
    if "Connect-MgGraph" in command["code"] and "Connect-ExchangeOnline" in command["code"]:
        return (
            "signs in to Microsoft Graph and to Exchange Online in one window, where the second "
            "often fails: make two commands of it, in two windows."
        )
    return ""


FINDERS: Mapping[str, Finder] = {
    "several_tables": shows_tables,
    "check_and_act": checks_and_acts,
    "asks_before_end": asks_before_end,
    "silenced_errors": silences_errors,
    "retired_tool": uses_retired_tool,
    "no_tenant": names_no_tenant,
    "mixed_modules": mixes_modules,
}


def command_advice(flow: Flow) -> Iterator[Advice]:
    """Yield what the finders say of each command."""
    for node_id, node in flow.nodes.items():
        for number, command in enumerate(node.get("commands") or [], start=1):
            for code, finder in FINDERS.items():
                if said := finder(command):
                    yield Advice(node_id, code, f"{_name(command, number)} {said}")


def unnamed_shells(flow: Flow) -> Iterator[Advice]:
    """Yield the commands with free text of which nobody says what quotes it."""
    free_text = free_text_names(flow.intake_form)
    for node_id, node in flow.nodes.items():
        for number, command in enumerate(node.get("commands") or [], start=1):
            if not (command.get("shell") or "").strip() and free_text & set(
                names_in(command["code"])
            ):
                yield Advice(
                    node_id,
                    "no_shell",
                    f"{_name(command, number)} doesn't name its shell, so the values in it can't "
                    "be checked for quotes.",
                )


def _name(command: Command, number: int) -> str:
    label = (command.get("label") or "").strip()
    return f"“{label}”" if label else f"Command {number}"


RULES = (command_advice, unnamed_shells)
