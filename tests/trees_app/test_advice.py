"""Advice ([F4]): every rule finds what it names, and leaves its better form alone."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trees_app.document.advice import find_advice
from trees_app.document.graph import loops_in, reachable_from
from trees_app.importing.json_import import STARTER_FLOWS

pytestmark = pytest.mark.req("F4")

FILES = sorted(STARTER_FLOWS.glob("*.json"))
END = {"type": "solution", "title": "Done", "outcome": "resolved"}
OPEN_END = {"type": "solution", "title": "Passed on", "outcome": "escalated"}


def advice_on(intake_form=(), **nodes):
    structure = {"schema_version": 1, "start": next(iter(nodes)), "nodes": nodes}
    return [(advice.node, advice.code) for advice in find_advice(structure, list(intake_form))]


def advice_on_command(code, shell="powershell"):
    command = {"label": "Look", "shell": shell, "code": code}
    action = {"type": "action", "title": "Do", "commands": [command], "next": "end"}
    return [code for _, code in advice_on(a=action, end=END)]


def question(*answers, title="Which?"):
    options = [{"label": label, "next": target} for label, target in answers]
    return {"type": "question", "title": title, "options": options}


FOUND = [
    ("several_tables", "Get-LocalUser | Select-Object Name, LastLogon\nGet-Service Spooler"),
    ("several_tables", "Get-Process\nGet-Volume |\n  Select-Object DriveLetter, Size"),
    ("several_tables", "Get-Date\nGet-Disk | Select-Object -First 3 Number, Size"),
    ("check_and_act", "Get-ADUser bob\nUnlock-ADAccount bob"),
    ("check_and_act", "Test-Path C:\\Old\nRemove-Item C:\\Old -Recurse"),
    ("check_and_act", "Get-Service Spooler | Format-List\n& {\n  Restart-Service Spooler\n}"),
    (
        "asks_before_end",
        "Set-ADAccountPassword bob -NewPassword (Read-Host -AsSecureString)\nGet-Date | fl",
    ),
    ("asks_before_end", "$login = Get-Credential\nEnter-PSSession srv -Credential $login"),
    ("silenced_errors", "Get-Item C:\\pagefile.sys -ErrorAction SilentlyContinue"),
    ("silenced_errors", "Get-Item C:\\x -EA 0"),
    ("silenced_errors", "reg query HKLM\\x 2>$null"),
    ("retired_tool", "Connect-MsolService"),
    ("retired_tool", "Get-AzureADUser -All $true"),
    ("retired_tool", "Get-WmiObject Win32_BIOS"),
    ("retired_tool", "wmic bios get serialnumber"),
    ("retired_tool", "Get-MessageTrace -SenderAddress a@example.com"),
    ("no_tenant", "Connect-MgGraph -Scopes 'User.Read.All'"),
    ("no_tenant", "Connect-ExchangeOnline"),
    (
        "mixed_modules",
        "Connect-MgGraph -TenantId contoso.example\n"
        "Connect-ExchangeOnline -DelegatedOrganization contoso.example",
    ),
]
LEFT_ALONE = [
    "Get-LocalUser | Select-Object Name, LastLogon",
    "Get-LocalUser | Select-Object Name | Format-Table\nGet-Service | Format-List Name",
    "Get-Process | Select-Object -First 3\nGet-Date | Format-List",
    "Get-Item C:\\ | Select-Object -ExpandProperty FullName\nhostname",
    "$users = Get-LocalUser | Select-Object Name, LastLogon\n$users | Format-Table",
    "'Get-A | Select-Object B'\n'Get-Service'",
    "Unlock-ADAccount bob\nGet-ADUser bob -Properties LockedOut | Format-List LockedOut",
    "$user = Get-ADUser bob\nDisable-ADAccount $user",
    "Get-ADUser bob\nRemove-ADUser bob -WhatIf",
    "Get-Date | Set-Clipboard",
    "Get-Item C:\\x\nStart-Sleep 5",
    "Get-Date | Format-List\nEnter-PSSession srv -Credential (Get-Credential)",
    "& {\n  $login = Get-Credential\n  Enter-PSSession srv -Credential $login\n}",
    "Get-Item C:\\x -ErrorAction SilentlyContinue -ErrorVariable missing\n$missing | Format-List",
    "Get-CimInstance Win32_BIOS",
    "Get-MessageTraceV2 -SenderAddress a@example.com",
    "Connect-MgGraph -TenantId contoso.example -Scopes 'User.Read.All'",
    "Connect-ExchangeOnline -UserPrincipalName admin@contoso.example",
]


@pytest.mark.parametrize(("rule", "code"), FOUND)
def test_a_command_gets_advice(rule, code):
    assert advice_on_command(code) == [rule]


@pytest.mark.parametrize("code", LEFT_ALONE)
def test_a_better_command_gets_none(code):
    assert advice_on_command(code) == []


def test_blocks_of_other_shells_are_not_read_as_powershell():
    assert advice_on_command("Get-A | Select-Object B\nRead-Host\nSet-C", "cmd") == []


def test_free_text_without_a_shell():
    action = {"type": "action", "title": "Do", "commands": [{"code": "x {{ a }}"}], "next": "end"}
    found = advice_on(intake_form=[{"name": "a"}], n=action, end=END)
    assert found == [("n", "no_shell")]
    assert advice_on(intake_form=[{"name": "a", "type": "host"}], n=action, end=END) == []


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("Red", "Green", "Blue"), ["no_other_answer"]),
        (("Red", "Green", "Another colour"), []),
        (("Red", "Green", "None of them"), []),
        (("Red", "Green", "Not known"), []),
        (("Red", "Green"), []),
        (("One person", "One office", "Everyone"), []),
    ],
)
def test_a_question_without_something_else(labels, expected):
    answers = [(label, "end") for label in labels]
    assert [code for _, code in advice_on(q=question(*answers), end=END)] == expected


def restart(target):
    return {"type": "action", "title": "Restart it", "next": target}


def test_a_round_that_only_success_leaves():
    found = advice_on(
        a=restart("q"), q=question(("Yes", "end"), ("No, again", "a")), end=END, b=OPEN_END
    )
    assert found == [("q", "no_way_out")]


def test_a_round_that_success_leaves_for_further_questions():
    found = advice_on(
        a=restart("q"),
        q=question(("It works", "more"), ("No", "a")),
        more=question(("Yes", "end"), ("No", "b")),
        end=END,
        b=OPEN_END,
    )
    assert found == [("q", "no_way_out")]


def test_a_round_with_a_way_out():
    assert (
        advice_on(
            a=restart("q"),
            q=question(("Yes", "end"), ("No, again", "a"), ("The same after two rounds", "b")),
            end=END,
            b=OPEN_END,
        )
        == []
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Security on-call informed.", ["claims"]),
        ("Ticket checked; handed over to the network team.", ["claims"]),
        ("- To do: inform the security on-call: (done by / to do)", []),
        ("Security on-call informed: (by whom / not yet)", []),
        ("If it comes back, the vendor is informed.", []),
        ("", []),
    ],
)
def test_next_steps_that_claim(text, expected):
    assert [code for _, code in advice_on(a={**OPEN_END, "next_steps": text})] == expected


@pytest.mark.parametrize("label", ["No", "No, the same", "Not fixed", "Still slow", "Same error"])
def test_an_end_that_does_not_fit(label):
    found = advice_on(q=question(("Yes", "end"), (label, "end")), end=END)
    assert found == [("end", "unfit_outcome")]


def test_an_end_without_an_outcome():
    assert advice_on(a={"type": "solution", "title": "Done"}) == [("a", "no_outcome")]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_shipped_flows_get_none(path):
    flow = json.loads(path.read_text(encoding="utf-8"))
    assert find_advice(flow["structure"], flow["intake_form"]) == []


@pytest.mark.parametrize("structure", [None, [], {}, {"schema_version": 1, "nodes": {"a": 1}}])
def test_a_document_of_the_wrong_shape_gets_none(structure):
    assert find_advice(structure, []) == []


def test_a_draft_with_loose_ends_gets_advice():
    """Advice is there while one writes: dangling answers and no start stop nothing."""
    draft = {
        "schema_version": 1,
        "nodes": {"q": question(("Red", ""), ("Green", "gone"), ("Blue", "q"))},
    }
    assert [advice.code for advice in find_advice(draft, [])] == ["no_other_answer"]


def test_a_loop_of_a_thousand_nodes():
    nodes = {f"n{i}": restart(f"n{(i + 1) % 1000}") for i in range(1000)}
    nodes["n0"] = question(("Yes", "end"), ("No", "n1"))
    assert advice_on(**nodes, end=END) == [("n0", "no_way_out")]


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), max_size=4)))
def test_loops_are_what_can_be_reached_from_itself(edges):
    after = {node: reachable_from(edges[node], edges) for node in edges}
    expected = {
        frozenset(other for other in edges if node in after[other] and other in after[node])
        for node in edges
        if node in after[node]
    }
    assert {frozenset(loop) for loop in loops_in(edges)} == expected
