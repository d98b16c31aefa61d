"""Whole documents: what one field tells of another is masked, in all formats alike."""

from __future__ import annotations

from dataclasses import replace

import pytest

from exports_app import redact_document, service
from exports_app.options import ExportOptions
from exports_app.renderers import RENDERERS
from exports_app.session_data import IntakeField, SessionData, StepData
from resolutionflow.redaction import Finding, find, mask, propagate_secrets
from tests.exports_app.samples import with_steps

pytestmark = pytest.mark.req("R1", "R2")

SECRET = "Tulip-Cargo-58"


def leaks(source: SessionData, *parts: str) -> list[str]:
    """The formats in whose content or file name one of `parts` can be read, in any case."""
    found = []
    for name in RENDERERS:
        wanted = {"format": name, "redaction_mode": "mask", "detail_level": "full"}
        result = service.render(source, ExportOptions.parse({**wanted, "include_summary": True}))
        shown = (result.content + result.file_name).lower()
        found += [name for part in parts if part.lower() in shown]
    return found


BESIDE_A_LABEL = {
    "question, answer": StepData(question="What is the admin password?", answer="hunter2"),
    "request, answer": StepData(question="Ask for the admin password", answer="hunter2"),
    "question, note": StepData(question="Note the new PSK:", notes="hunter2"),
    "question, output": StepData(question="Show the Wi-Fi password", command_output="hunter2\n"),
    "question, action": StepData(
        question="Temporary password", answer="Set", answer_offered=True, action="hunter2"
    ),
    "action, note": StepData(
        question="Run it", action="Set the local admin password to", notes="hunter2"
    ),
    "output, next line": StepData(question="Run it", command_output="Enter password:\nhunter2"),
    "output, drawn table": StepData(
        question="Run it", command_output="User   Password\n----   --------\ncarla  hunter2\n"
    ),
    "note, list": StepData(question="Run it", notes="- user: carla\n- pass: hunter2\n- host x"),
    "note, table": StepData(
        question="Run it", notes="| a | b |\n|---|---|\n| password | hunter2 |"
    ),
    "custom step": StepData(node_id="custom-1", question="BitLocker PIN", notes="hunter2"),
}


@pytest.mark.req("R1")
@pytest.mark.parametrize("place", BESIDE_A_LABEL)
def test_a_value_beside_its_label(place: str) -> None:
    assert leaks(with_steps(BESIDE_A_LABEL[place]), "hunter2") == []


SPLIT = [
    "password: Tulip-**Cargo**-58",
    "password is Tulip-`Cargo`-58 now",
    "**Password** is **Tulip-Cargo-58**",
    "pass\u200bword: Tulip-\u2060Cargo-58",
    "<b>Password</b>:<br>Tulip-Cargo-58",
    "pw ~~Tulip-Cargo-58~~",
    "https://x.example/login?user=a&pass=Tulip%2DCargo%2D58",
    "https://carla:Tulip%2DCargo%2D58@x.example/",
]


@pytest.mark.req("R1")
@pytest.mark.parametrize("note", SPLIT)
def test_a_value_split_by_formatting(note: str) -> None:
    step = StepData(question="Run it", notes=note, command_output=note)
    assert leaks(with_steps(step, scratchpad=note), "Tulip", "Cargo") == []


def sensitive(value: str, **texts: str) -> SessionData:
    asked = IntakeField("answer", "Favourite pet", sensitive=True)
    step = StepData(question="Run it", **texts)
    return with_steps(step, variables={"answer": value}, intake=(asked,))


@pytest.mark.req("R1")
@pytest.mark.parametrize(
    ("value", "text", "parts"),
    [
        ("q7", "typed q7, then (Q7).", ("q7",)),
        ("harbour", "xxharbouryy and HARBOUR", ("harbour",)),
        (SECRET, "it is Tulip-**Cargo**-58", ("Tulip", "Cargo")),
        (SECRET, "out: Tulip-\n   Cargo-58", ("Tulip", "Cargo")),
        (SECRET, "it is Tulip\\-Cargo\\-58", ("Tulip", "Cargo")),
        (SECRET, "data VHVsaXAtQ2FyZ28tNTg=", ("VHVsaXAt",)),
        ("Tulip Cargo/58", "?q=Tulip+Cargo%2F58 Tulip%20Cargo/58", ("Tulip", "Cargo")),
        ("Tulip&Cargo", "a Tulip&amp;Cargo b", ("Tulip", "Cargo")),
        ('Tulip"Cargo', '{"x": "Tulip\\"Cargo"}', ("Tulip", "Cargo")),
        ("\uff34ulip\uff17", "x \uff34ulip\uff17 y", ("ulip",)),
    ],
)
def test_a_sensitive_value_in_any_dress(value: str, text: str, parts: tuple[str, ...]) -> None:
    assert leaks(sensitive(value, notes=text, command_output=text), *parts) == []


@pytest.mark.req("R1")
def test_a_sensitive_value_in_every_field() -> None:
    source = sensitive(SECRET, answer=SECRET, action=SECRET, notes=SECRET)
    custom = StepData(
        node_id="custom-1",
        question=f"About {SECRET}",
        attachments=({"name": f"{SECRET}.png", "url": f"https://f.example/{SECRET}.png"},),
    )
    source = replace(
        source,
        steps=(*source.steps, custom),
        tree_name=f"{SECRET} flow",
        title=SECRET,
        target_label=SECRET,
        client_name=f"C {SECRET}",
        ticket_number=f"T-{SECRET}",
        category=SECRET,
        description=SECRET,
        outcome_notes=SECRET,
    )
    assert leaks(source, "Tulip", "Cargo") == []


def test_a_short_sensitive_value_leaves_longer_words_alone() -> None:
    assert mask("q7 and q77, aq7", secrets=["q7"]) == "[TOKEN REDACTED] and q77, aq7"


@pytest.mark.req("R1")
def test_what_one_step_tells_is_masked_in_the_others() -> None:
    steps = [
        StepData(question="Reset it", notes=f"password: {SECRET}"),
        StepData(question="Test it", notes=f"logged on with {SECRET}, works"),
        StepData(question="Look", command_output=f"> runas /user:carla\n{SECRET}\nok"),
    ]
    assert leaks(with_steps(*steps, title=f"New: {SECRET}"), SECRET) == []


def test_plain_words_are_not_followed_through_the_document() -> None:
    steps = [
        StepData(question="Reset it", notes="password: harbour"),
        StepData(question="Call", notes="She works at the harbour"),
    ]
    result = service.render(
        with_steps(*steps), ExportOptions.parse({"redaction_mode": "mask", "format": "text"})
    )
    assert "works at the harbour" in result.content


@pytest.mark.req("R5")
def test_a_finished_text_is_masked_where_it_repeats_a_value() -> None:
    result = redact_document.redact_text(
        f"password: {SECRET}\nlogged on with {SECRET}, not x{SECRET}"
    )
    assert result.text == (
        f"password: [TOKEN REDACTED]\nlogged on with [TOKEN REDACTED], not x{SECRET}"
    )
    assert result.counts["token"] == 2


def test_repeats_are_added_apart_and_in_order() -> None:
    told, other = f"password: {SECRET}", f"{SECRET} 10.0.0.1 {SECRET}"
    found = {text: find(text) for text in (told, other, "nothing")}
    assert propagate_secrets(found) == {
        told: [Finding(10, 24, "token", "labelled-password")],
        other: [
            Finding(0, 14, "token", "repeated-secret"),
            Finding(15, 23, "ip", "ipv4-address"),
            Finding(24, 38, "token", "repeated-secret"),
        ],
        "nothing": [],
    }


def test_in_a_step_about_a_secret_only_what_looks_like_one_is_masked() -> None:
    step = StepData(
        question="Reset the password",
        answer="Done",
        answer_offered=True,
        action="Opened the console",
        command_output="The command completed successfully.\nok\n",
    )
    result = service.render(
        with_steps(step), ExportOptions.parse({"redaction_mode": "mask", "detail_level": "full"})
    )
    assert "Opened the console" in result.content
    assert "The command completed successfully." in result.content
