"""Values in commands: free text gets the filter of its shell, or the flow isn't published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trees_app.document.check import publish_problems
from trees_app.document.command_check import free_text_names
from trees_app.document.quotes import command_variables, shell_filter

pytestmark = pytest.mark.req("F4")

CODES = {"unquoted_variable", "filter_in_quotes", "wrong_filter"}
FIELDS = [
    {"name": "note", "type": "text"},
    {"name": "plain"},
    {"name": "mail", "type": "email"},
    {"name": "pc", "type": "host"},
    {"name": "count", "type": "number"},
    {"name": "day", "type": "date"},
    {"name": "mode", "type": "select", "choices": ["full", "read-only"]},
    {"name": "mix", "type": "select", "choices": ["a & b", "full"]},
]


def codes(code, shell):
    structure = {
        "schema_version": 1,
        "start": "a",
        "nodes": {
            "a": {
                "type": "action",
                "title": "Do",
                "commands": [{"label": "It", "shell": shell, "code": code}],
                "next": "end",
            },
            "end": {"type": "solution", "title": "Done"},
        },
    }
    return [problem.code for problem in publish_problems(structure, FIELDS)]


@pytest.mark.parametrize(
    ("code", "shell", "expected"),
    [
        # free text without a filter, in every shell and under all of a shell's names
        ("net use {{ note }} /delete", "cmd", ["unquoted_variable"]),
        ('robocopy "{{ note }}\\a" D:\\', "cmd", ["unquoted_variable"]),
        ("Get-ADUser {{ note }}", "powershell", ["unquoted_variable"]),
        ("Get-ADUser '{{ note }}'", "pwsh", ["unquoted_variable"]),
        ("Get-Mailbox {{ mail }}", "exchange-online", ["unquoted_variable"]),
        ("Get-MgUser -UserId {{ plain }}", "Graph", ["unquoted_variable"]),
        ("ls {{ mix }}", "bash", ["unquoted_variable"]),
        ("ls {{note}}", " SH ", ["unquoted_variable"]),
        ("del {{ note }}", "bat", ["unquoted_variable"]),
        ("# {{ note }}\nls", "bash", ["unquoted_variable"]),
        # what can hold nothing that a shell reads
        ("ping {{ pc }} -n {{ count }}", "cmd", []),
        ('robocopy "\\\\{{ pc }}\\a" D:\\{{ day }} /{{ mode }}', "cmd", []),
        # quoted as it must be
        ("net use {{ note | cmd }}", "cmd", []),
        ("echo it's {{ note | cmd }}", "cmd", []),
        ("Get-ADUser -Identity {{ note | ps }}", "powershell", []),
        ("('*' + {{ note | ps }} + '*')", "powershell", []),
        ("\"$(Get-Item ('a' + {{ note | ps }}))\"", "powershell", []),
        ("# it's here\nGet-Item {{ note | ps }}", "powershell", []),
        ("@'\nit's\n'@ | Set-Content {{ note | ps }}", "powershell", []),
        ("echo \\' {{ note | bash }}", "bash", []),
        ('echo "$(ls {{ note | bash }})"', "bash", []),
        # a filter between quotes
        ('Get-ADUser "{{ note | ps }}"', "powershell", ["filter_in_quotes"]),
        ("Get-ADUser '{{ note | ps }}'", "powershell", ["filter_in_quotes"]),
        ('Get-Item "C:\\{{ note | ps }}\\x"', "powershell", ["filter_in_quotes"]),
        ("Get-Item \u2018{{ note | ps }}\u2019", "powershell", ["filter_in_quotes"]),
        ("@'\n{{ note | ps }}\n'@", "powershell", ["filter_in_quotes"]),
        ('"a `" {{ note | ps }}"', "powershell", ["filter_in_quotes"]),
        ("'it''s {{ note | ps }}'", "powershell", ["filter_in_quotes"]),
        ('net use "{{ note | cmd }}"', "cmd", ["filter_in_quotes"]),
        ("ls '{{ note | bash }}'", "bash", ["filter_in_quotes"]),
        ('ls "a {{ note | bash }}"', "bash", ["filter_in_quotes"]),
        ('ls "{{ pc | bash }}"', "bash", ["filter_in_quotes"]),
        # the filter of another shell
        ("Get-ADUser {{ note | cmd }}", "powershell", ["wrong_filter"]),
        ("net use {{ note | ps }}", "cmd", ["wrong_filter"]),
        ("ls {{ note | ps }}", "bash", ["wrong_filter"]),
        # nothing is known of the shell
        ("SELECT {{ note }}", "sql", []),
        ("{{ note }}", "", []),
        # each variable once, and a filter that nobody knows is said once
        ("a {{ note }} {{ note }} {{ plain }}", "cmd", ["unquoted_variable", "unquoted_variable"]),
        ("a {{ note | perl }}", "cmd", ["unknown_filter"]),
    ],
)
def test_a_command(code, shell, expected):
    assert codes(code, shell) == expected


def test_the_message_has_the_right_form():
    structure = {
        "schema_version": 1,
        "start": "a",
        "nodes": {
            "a": {
                "type": "action",
                "title": "Do",
                "commands": [
                    {"shell": "cmd", "code": 'x "{{ note }}"'},
                    {"shell": "powershell", "code": "x {{ note | cmd }}"},
                ],
                "next": "end",
            },
            "end": {"type": "solution", "title": "Done"},
        },
    }
    first, second = publish_problems(structure, FIELDS)
    assert "write {{ note | cmd }}, without the quotes around it" in first.message
    assert "write {{ note | ps }}" in second.message


def test_free_text_is_what_may_hold_anything():
    assert free_text_names(FIELDS) == {"note", "plain", "mail", "mix"}


def test_a_select_without_choices_may_hold_anything():
    assert free_text_names([{"name": "a", "type": "select"}]) == {"a"}


@given(st.text(alphabet="'\"`\\$()^#@\n {x|ps}\u2019", max_size=60), st.sampled_from("pcb"))
def test_any_text_can_be_read(code, shell):
    name = {"p": "ps", "c": "cmd", "b": "bash"}[shell]
    assert len(list(command_variables(code + "{{ a }}", name))) >= 0


@given(st.text(alphabet="ab -/.:\n", max_size=60))
def test_plain_words_quote_nothing(code):
    for name in ("ps", "cmd", "bash"):
        (found,) = command_variables(f"{code}{{{{ a }}}}", name)
        assert not found.is_quoted


def test_every_filter_belongs_to_a_shell():
    from trees_app.shell_quoting import QUOTES

    names = ("powershell", "pwsh", "cmd", "bash", "sh", "sql")
    assert {shell_filter(name) for name in names} == {*QUOTES, ""}
