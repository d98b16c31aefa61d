"""Quoted values are data: read back by models of the shells' rules, and by a real one."""

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trees_app.shell_quoting import QUOTES, bash, cmd, one_line, powershell

pytestmark = pytest.mark.req("T3")

PS_QUOTES = "'\u2018\u2019\u201a\u201b"
NASTY = [
    "O'Brien",
    "O\u2019Brien \u2018x\u2019 \u201ax\u201b",
    "'; Remove-Item C:\\ -Recurse; '",
    "\u2019; calc; \u2018",
    "$(calc) `calc` ${env:PATH} $HOME !x!",
    'a "quoted" & calc | calc > out ^& (x)',
    '" & calc & "',
    "%PATH% 100% %1 %* %~dp0 %%x%%",
    "%CMDCMDLINE:~-1%&calc",
    '%CMDCMDLINE:~-1%"&calc',
    "%a:b=c%:%d:",
    "C:\\Program Files\\x\\",
    '\\\\server\\share\\"\\',
    "a\r\ncalc\n",
    "a\x00\x1b[2J\x85b\u2028c\u2029d",
    "-Recurse",
    " ",
]
ANY = st.text(
    alphabet=st.one_of(
        st.sampled_from("\"'%:^&|<>()!\\ \n\r\t`$;~1aP" + PS_QUOTES), st.characters(codec="utf-8")
    ),
    min_size=1,
    max_size=40,
)


def read_powershell(text):
    """One single-quoted string as PowerShell's tokenizer reads it: two quotes are the second."""
    assert text[0] in PS_QUOTES
    value, at = "", 1
    while True:
        if text[at] in PS_QUOTES:
            if at + 1 == len(text):
                return value
            assert text[at + 1] in PS_QUOTES, f"the string ends early: {text}"
            at += 1
        value += text[at]
        at += 1


def expand_percent(line, *, batch, variables):
    """Return what cmd.exe makes of `%` before anything else, quotes or not.

    `%name%` and `%name:…%` are replaced. At the prompt an unknown name stays as it is; in a batch
    file it goes, of `%name:` without such a name just that much, and a lone `%` goes too; `%%` is
    one there, and `%1`, `%*` are arguments (none are given here).
    """
    out, at = "", 0
    while at < len(line):
        if line[at] != "%":
            out, at = out + line[at], at + 1
            continue
        rest = line[at + 1 :]
        if batch and rest[:1] == "%":
            out, at = out + "%", at + 2
            continue
        if batch and (found := re.match(r"\*|[0-9]", rest)):
            at += 1 + found.end()
            continue
        name = re.match(r"[^%:]*", rest)[0]
        after = rest[len(name) : len(name) + 1]
        whole = re.match(r"[^%:]*:[^%]*%", rest)
        if name and name.upper() in variables and (after == "%" or whole):
            out += variables[name.upper()]
            at += 1 + (len(name) + 1 if after == "%" else whole.end())
        elif not batch:
            out, at = out + "%", at + 1
        elif after:
            at += 1 + len(name) + 1
        else:
            at += 1
    return out


def outside_quotes(line):
    """Return the characters that cmd.exe sees outside of quotes, where they can be syntax."""
    seen, is_open = "", False
    for character in line:
        if character == '"':
            is_open = not is_open
        elif not is_open:
            seen += character
    assert not is_open, f"a quote stays open: {line}"
    return seen


def read_argument(line):
    """One argument as the C runtime reads it; it must be one."""
    value, at, is_open = "", 0, False
    while at < len(line):
        run = re.match(r"\\*", line[at:])[0]
        at += len(run)
        if line[at : at + 1] == '"':
            value += "\\" * (len(run) // 2)
            if len(run) % 2:
                value += '"'
            elif is_open and line[at + 1 : at + 2] == '"':
                value, at = value + '"', at + 1
            else:
                is_open = not is_open
            at += 1
            continue
        value += run
        if at < len(line):
            assert is_open or line[at] not in " \t", f"more than one argument: {line}"
            value, at = value + line[at], at + 1
    return value


#: The worst that a variable can hold: a quote, and syntax behind it.
ENVIRONMENT = {"PATH": '"&calc&"', "CMDCMDLINE": '"', "A": '"&', "P": '"|'}


@pytest.mark.parametrize("value", NASTY)
def test_powershell_reads_back_what_was_meant(value):
    assert read_powershell(powershell(value)) == one_line(value)


@given(ANY)
def test_powershell_reads_back_anything(value):
    assert read_powershell(powershell(value)) == one_line(value)


def check_cmd(value):
    line = cmd(value)
    at_prompt = expand_percent(line, batch=False, variables=ENVIRONMENT)
    assert set(outside_quotes(at_prompt)) <= set("%:")
    assert read_argument(at_prompt) == one_line(value)
    in_file = expand_percent(line, batch=True, variables=ENVIRONMENT)
    assert set(outside_quotes(in_file)) <= set("%:")
    if "%" not in value:
        assert in_file == line


@pytest.mark.parametrize("value", NASTY)
def test_cmd_reads_back_what_was_meant(value):
    """Exactly at the prompt; nothing becomes syntax in a batch file either."""
    check_cmd(value)


@given(ANY)
def test_cmd_reads_back_anything(value):
    check_cmd(value)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("srv01", '"srv01"'),
        ("Müller & Söhne", '"Müller & Söhne"'),
        ('5" disk', '"5"" disk"'),
        ("C:\\Temp\\", '"C:\\Temp\\\\"'),
        ("100 %", '"100 "%""'),
    ],
)
def test_cmd_stays_readable(value, quoted):
    assert cmd(value) == quoted


def test_the_models_notice_quoting_that_is_not_enough():
    """Without the care that `cmd` takes, the worst values do become syntax."""
    naive = expand_percent('"%CMDCMDLINE:~-1%&calc"', batch=False, variables=ENVIRONMENT)
    with pytest.raises(AssertionError):
        assert set(outside_quotes(naive)) <= set("%:")
    half_open = expand_percent('""%"X:~-1"%"&calc"', batch=True, variables=ENVIRONMENT)
    with pytest.raises(AssertionError, match="stays open"):
        outside_quotes(half_open)
    with pytest.raises(AssertionError):
        read_powershell("'\u2019; calc'")


def test_a_real_bash_reads_back_what_was_meant():
    words = " ".join(bash(value) for value in NASTY)
    printed = subprocess.run(
        ["bash", "-c", f"printf '%s\\0' {words}"],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert printed.split("\0")[:-1] == [one_line(value) for value in NASTY]


@given(ANY)
def test_bash_has_no_quote_that_is_not_closed(value):
    inner = bash(value)[1:-1].replace("'\\''", "")
    assert "'" not in inner


@pytest.mark.parametrize("shell", QUOTES)
@given(value=ANY)
def test_a_value_is_one_line(shell, value):
    assert len(QUOTES[shell](value).splitlines()) == 1
