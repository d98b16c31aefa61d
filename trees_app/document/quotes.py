"""Where the placeholders of a command stand: between quotes of its shell, or outside of them.

Enough of each shell's grammar for that: strings, escapes, comments, PowerShell's here-strings, and
`$( )` within a string, where code begins anew. Sources: PowerShell's about_Quoting_Rules, the Bash
reference manual (3.1.2 Quoting), and what cmd.exe does with `"` and `^`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from trees_app.variables import PLACEHOLDER

SHELL_FILTERS = {
    "powershell": "ps",
    "pwsh": "ps",
    "ps": "ps",
    "ps1": "ps",
    "exchange-online": "ps",
    "graph": "ps",
    "cmd": "cmd",
    "bat": "cmd",
    "batch": "cmd",
    "bash": "bash",
    "sh": "bash",
    "zsh": "bash",
    "ksh": "bash",
    "shell": "bash",
}
# What a single-quoted string of PowerShell begins and ends with (see shell_quoting), and a double.
SINGLE = "'\u2018\u2019\u201a\u201b"
DOUBLE = '"\u201c\u201d\u201e'
HERE_STRING = {"@'": "\n'@", '@"': '\n"@'}
BEFORE_COMMENT = frozenset(["", *" \t\n;({|&"])


@dataclass(frozen=True)
class CommandVariable:
    """A placeholder in a command; `filter` is "" where it has none."""

    name: str
    filter: str
    is_quoted: bool


def shell_filter(shell: str) -> str:
    """Return the filter that quotes values for a shell; "" for one that has none."""
    return SHELL_FILTERS.get(shell.strip().casefold(), "")


def command_variables(code: str, filter_name: str) -> Iterator[CommandVariable]:
    """Yield the placeholders of `code`, read as the shell that `filter_name` quotes for."""
    quoted = _QuoteReader(code, filter_name).quoted_offsets()
    for found in PLACEHOLDER.finditer(code):
        yield CommandVariable(found[1], found[2] or "", found.start() in quoted)


class _QuoteReader:
    """Reads a command from left to right. `_open` holds the quotes that are open, the outermost
    first; "(" is code within a string.
    """

    def __init__(self, code: str, filter_name: str) -> None:
        self._code = code
        self._is_cmd = filter_name == "cmd"
        self._is_powershell = filter_name == "ps"
        self._escape = {"cmd": "^", "ps": "`", "bash": "\\"}.get(filter_name, "")
        self._open: list[str] = []
        self._parentheses = [0]

    def quoted_offsets(self) -> set[int]:
        """Return the offsets of the placeholders that stand between quotes."""
        found: set[int] = set()
        at = 0
        while at < len(self._code):
            placeholder = PLACEHOLDER.match(self._code, at)
            if placeholder:
                if self._quote:
                    found.add(at)
                at = placeholder.end()
            else:
                at = self._read_quoted(at) if self._quote else self._read_code(at)
        return found

    @property
    def _quote(self) -> str:
        """The quote that is open here; "" in code."""
        return "" if not self._open or self._open[-1] == "(" else self._open[-1]

    def _read_code(self, at: int) -> int:
        char, pair = self._code[at], self._code[at : at + 2]
        if char == self._escape:
            return at + 2
        if self._is_powershell and pair in HERE_STRING:
            end = self._code.find(HERE_STRING[pair], at)
            self._open.append(HERE_STRING[pair] if end >= 0 else pair[1])
            return at + 2
        is_comment = char == "#" and self._code[max(0, at - 1) : at] in BEFORE_COMMENT
        if is_comment and not self._is_cmd:
            end = self._code.find("\n", at)
            return self._skip_to_placeholder(at, end if end >= 0 else len(self._code))
        if kind := self._quote_kind(char):
            self._open.append(kind)
        elif self._open:
            self._count_parentheses(char)
        return at + 1

    def _skip_to_placeholder(self, at: int, end: int) -> int:
        """Return where a comment ends, or its first placeholder: a value may end a comment."""
        found = PLACEHOLDER.search(self._code, at, end)
        return found.start() if found else end

    def _count_parentheses(self, char: str) -> None:
        if char == "(":
            self._parentheses[-1] += 1
        elif char == ")" and self._parentheses[-1]:
            self._parentheses[-1] -= 1
        elif char == ")":
            self._open.pop()
            self._parentheses.pop()

    def _read_quoted(self, at: int) -> int:
        quote, char = self._quote, self._code[at]
        if len(quote) > 1:  # a here-string
            if self._code.startswith(quote, at):
                self._open.pop()
                return at + len(quote)
            return at + 1
        if quote == '"' and not self._is_cmd:
            if char == self._escape:
                return at + 2
            if self._code.startswith("$(", at):
                self._open.append("(")
                self._parentheses.append(0)
                return at + 2
        if self._quote_kind(char) == quote:
            if not self._is_powershell or self._quote_kind(self._code[at + 1 : at + 2]) != quote:
                self._open.pop()
                return at + 1
            return at + 2  # a doubled quote of PowerShell
        if self._is_cmd and char == "\n":
            self._open.pop()
        return at + 1

    def _quote_kind(self, char: str) -> str:
        """Return the quote that `char` is to this shell, `'` or `"`; "" for any other."""
        if not char or self._is_cmd:
            return '"' if char == '"' else ""
        if self._is_powershell:
            return "'" if char in SINGLE else '"' if char in DOUBLE else ""
        return char if char in "'\"" else ""
