"""A value as one literal argument of a shell, so that it is data there and never syntax.

Each function takes any text and returns it with its quotes. A value is one line: a line break or
another control character would end the command at a prompt, or act on the terminal, so it becomes
a space. What a program does with an argument that begins with `-` or `/` is its own affair.
"""

import re
from collections.abc import Callable

# C0, DEL and C1, and the separators that an editor may take for a line end.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
# PowerShell ends a single-quoted string at any of these (about_Quoting_Rules, "smart quotes").
POWERSHELL_QUOTES = re.compile("['\u2018\u2019\u201a\u201b]")
BACKSLASHES_BEFORE_QUOTE = re.compile(r'(\\+)(?="|\Z)')


def one_line(value: str) -> str:
    """Return `value` with a space for every control character and line separator."""
    return CONTROL.sub(" ", value)


def powershell(value: str) -> str:
    """Return `value` as a single-quoted string of PowerShell, where only a quote is doubled."""
    return "'" + POWERSHELL_QUOTES.sub(r"\g<0>\g<0>", one_line(value)) + "'"


def cmd(value: str) -> str:
    """Return `value` as a double-quoted argument of cmd.exe, also for programs of the C runtime.

    Inside double quotes `&|<>^()` are text. A quote is doubled, which leaves the quotes open for
    cmd and is one quote to the C runtime; backslashes before a quote are doubled, as it wants.
    `%NAME%` would be expanded even there: each `%` stands between quoted parts, which puts quotes
    into the name, and no variable is called that. `:` gets the same in such a value, because in a
    batch file `%NAME:` alone is taken out, and a half-open quote must not go with it. At the
    prompt the value arrives exactly; in a batch file a `%` may be missing from it. `!` expands
    where somebody has switched delayed expansion on; no quoting that works elsewhere stops it.
    """
    text = one_line(value).replace('"', '""')
    if "%" in text:
        text = re.sub("[%:]", r'"\g<0>"', text)
    return '"' + BACKSLASHES_BEFORE_QUOTE.sub(r"\1\1", text) + '"'


def bash(value: str) -> str:
    """Return `value` as a single-quoted word of a POSIX shell, its quotes closed and reopened."""
    return "'" + one_line(value).replace("'", "'\\''") + "'"


#: The filters of `{{ name | filter }}` in a command.
QUOTES: dict[str, Callable[[str], str]] = {"ps": powershell, "cmd": cmd, "bash": bash}
