"""The statements of a block of PowerShell, as somebody pastes it line by line."""

import re
from dataclasses import dataclass

STRING = re.compile(r"""'(?:[^']|'')*'|"(?:[^"`]|""|`.)*\"""", re.DOTALL)
CONTINUED = ("|", ",", "`", "{", "(", "[", "&&", "||")
ASSIGNMENT = re.compile(r"\s*(?:\[[\w.]+\]\s*)?\$[\w:.]+(?:\[[^\]]*\])?\s*[+-]?=")

# Verbs that read, and verbs that change something outside of the window that they are typed in.
READING = re.compile(r"\b(?:Get|Test|Resolve|Measure|Find|Search|Compare)-[A-Z]\w+")
ACTING = re.compile(
    r"\b(?:Add|Clear|Disable|Enable|Grant|Install|Move|New|Release|Remove|Rename|Repair|Reset"
    r"|Restart|Restore|Revoke|Set|Start|Stop|Suspend|Uninstall|Unlock|Update)-[A-Z]\w+"
    r"|\bInvoke-CimMethod\b"
)
HARMLESS = re.compile(
    r"\b(?:Add-(?:Member|Type)|Clear-(?:Host|Variable)|New-(?:CimSession|CimSessionOption|Object"
    r"|PSSession|TimeSpan|Guid|TemporaryFile|PSDrive)|Remove-(?:CimSession|PSSession|Variable"
    r"|PSDrive)|Set-(?:Clipboard|Location|StrictMode|Variable)|Start-(?:Sleep|Transcript)"
    r"|Stop-Transcript)\b"
)


@dataclass(frozen=True)
class Statement:
    """One statement: its text, and the same with its strings emptied."""

    text: str
    bare: str

    @property
    def is_assignment(self) -> bool:
        return bool(ASSIGNMENT.match(self.bare))

    @property
    def acts(self) -> bool:
        """Whether it changes something."""
        return bool(ACTING.search(HARMLESS.sub("", self.bare))) and "-WhatIf" not in self.bare

    @property
    def reads(self) -> bool:
        """Whether it only shows something."""
        return bool(READING.search(self.bare)) and not self.acts and not self.is_assignment


def split_statements(code: str) -> list[Statement]:
    """Return the statements of a block.

    A line goes on with the statement before it inside brackets, after a pipe, a comma or a
    backtick, and where it is indented or begins with a closing bracket or a pipe.
    """
    bare = STRING.sub(lambda found: "''" + "\n" * found[0].count("\n"), code)
    found: list[list[tuple[str, str]]] = []
    depth = 0
    for line, bare_line in zip(code.split("\n"), bare.split("\n"), strict=True):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        goes_on = found and (
            depth > 0
            or found[-1][-1][1].rstrip().endswith(CONTINUED)
            or line.startswith((" ", "\t", "}", ")", "|"))
        )
        if goes_on:
            found[-1].append((line, bare_line))
        else:
            found.append([(line, bare_line)])
        depth += sum(bare_line.count(char) for char in "({[")
        depth -= sum(bare_line.count(char) for char in ")}]")
    return [
        Statement("\n".join(line for line, _ in lines), "\n".join(bare for _, bare in lines))
        for lines in found
    ]
